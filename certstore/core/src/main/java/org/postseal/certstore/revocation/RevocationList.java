package org.postseal.certstore.revocation;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.cert.CRLException;
import java.time.Instant;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.Digest;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.SignatureAlgorithms;

/**
 * A certificate revocation list (RFC 5280 §5), version 1 or 2. Its entries are parsed when they are first asked for,
 * which is after its signature was found good. Immutable to its callers, thread-safe.
 */
public final class RevocationList {
    private final byte[] der;
    private final X509CRLHolder holder;
    private final Optional<IssuingDistributionPoint> scope;
    private final Optional<KeyIdentifier> authorityKeyIdentifier;
    private final Optional<BigInteger> number;
    private final Optional<BigInteger> baseNumber;
    private final boolean hasUnknownCritical;
    private volatile @Nullable Entries entries;
    private volatile @Nullable String sha256;

    private RevocationList(byte[] der, X509CRLHolder holder) throws CRLException, IOException {
        this.der = der;
        this.holder = holder;
        Extensions extensions = holder.toASN1Structure().getTBSCertList().getExtensions();
        this.scope = value(extensions, Extension.issuingDistributionPoint).map(IssuingDistributionPoint::getInstance);
        this.authorityKeyIdentifier = value(extensions, Extension.authorityKeyIdentifier)
                .map(AuthorityKeyIdentifier::getInstance)
                .map(AuthorityKeyIdentifier::getKeyIdentifierOctets)
                .map(KeyIdentifier::ofOctets);
        this.number = value(extensions, Extension.cRLNumber)
                .map(number -> ASN1Integer.getInstance(number).getValue());
        this.baseNumber = value(extensions, Extension.deltaCRLIndicator)
                .map(number -> ASN1Integer.getInstance(number).getValue());
        this.hasUnknownCritical = hasCriticalBut(extensions, KNOWN);
        // Bouncy Castle parses these when somebody first asks for them. Damaged ones must be found here and not while a
        // path is judged.
        int _ = holder.getIssuer().hashCode();
        Date _ = holder.getThisUpdate();
        Date _ = holder.getNextUpdate();
        if (holder.getIssuer().getEncoded().length > CertificateLimits.MAX_NAME_OCTETS) {
            throw new CRLException("name longer than " + CertificateLimits.MAX_NAME_OCTETS + " octets");
        }
        if (!holder.toASN1Structure()
                .getSignatureAlgorithm()
                .equals(holder.toASN1Structure().getTBSCertList().getSignature())) {
            throw new CRLException("two signature algorithms");
        }
    }

    /**
     * Parses DER.
     *
     * @throws CRLException if the octets are no list
     */
    public static RevocationList of(byte[] der) throws CRLException {
        try {
            return new RevocationList(der, new X509CRLHolder(der));
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            throw new CRLException("malformed list", e);
        }
    }

    public X500Name issuer() {
        return holder.getIssuer();
    }

    public Instant thisUpdate() {
        return holder.getThisUpdate().toInstant();
    }

    /** Returns when the list goes out of date. It is empty if the list does not say so, against RFC 5280 §5.1.2.5. */
    public Optional<Instant> nextUpdate() {
        return Optional.ofNullable(holder.getNextUpdate()).map(Date::toInstant);
    }

    /** Returns the length of the encoding. */
    int octets() {
        return der.length;
    }

    byte[] encoded() {
        return der;
    }

    /** Returns the SHA-256 of the encoding in 64 hex digits. It is computed when it is first asked for. */
    String sha256() {
        String known = sha256;
        if (known == null) {
            known = Digest.SHA_256.hex(der);
            sha256 = known;
        }
        return known;
    }

    Optional<IssuingDistributionPoint> scope() {
        return scope;
    }

    Optional<KeyIdentifier> authorityKeyIdentifier() {
        return authorityKeyIdentifier;
    }

    Optional<BigInteger> number() {
        return number;
    }

    /** Returns the number of the list that this delta is based on, or empty if the list is complete. */
    Optional<BigInteger> baseNumber() {
        return baseNumber;
    }

    /**
     * Returns true if the list has an unknown critical extension. Then it says nothing about any certificate (RFC 5280
     * §5.2).
     */
    boolean hasUnknownCritical() {
        return hasUnknownCritical;
    }

    Optional<ASN1Encodable> freshest() {
        return value(holder.toASN1Structure().getTBSCertList().getExtensions(), Extension.freshestCRL);
    }

    /** Returns true if the key of {@code signer} made the signature, with an algorithm on the allow-list. */
    boolean isSignedBy(MailCertificate signer) {
        if (!SignatureAlgorithms.isStrong(holder.toASN1Structure().getSignatureAlgorithm())) {
            return false;
        }
        try {
            ContentVerifier verifier = SignatureAlgorithms.verifier(
                    signer.x509().getPublicKey(), holder.toASN1Structure().getSignatureAlgorithm());
            try (OutputStream out = verifier.getOutputStream()) {
                // The signature covers the octets as received, which another encoding might not reproduce.
                writeSigned(out);
            }
            return verifier.verify(holder.toASN1Structure().getSignature().getOctets());
        } catch (OperatorCreationException | IOException | RuntimeException e) {
            return false;
        }
    }

    // Writes the first element of the outer sequence.
    private void writeSigned(OutputStream out) throws IOException {
        int start = contentAt(0);
        int content = contentAt(start);
        out.write(der, start, content + lengthAt(start) - start);
    }

    private int contentAt(int tag) {
        int first = der[tag + 1] & 0xff;
        return tag + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private int lengthAt(int tag) throws IOException {
        int first = der[tag + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        long length = 0;
        for (int i = tag + 2; i < contentAt(tag); i++) {
            length = (length << 8) | (der[i] & 0xff);
            if (length > der.length) {
                throw new IOException("not DER");
            }
        }
        return (int) length;
    }

    /** Returns the entry for a certificate, or empty if it is not listed. */
    Optional<Entry> entry(X500Name issuer, BigInteger serial) throws CRLException {
        Entries read = entries;
        if (read == null) {
            read = Entries.read(holder.toASN1Structure().getTBSCertList(), issuer());
            entries = read;
        }
        if (read.hasUnknownCritical) {
            throw new CRLException("unknown critical extension in an entry");
        }
        Map<BigInteger, Entry> ofIssuer = read.byIssuer.get(issuer);
        return Optional.ofNullable(ofIssuer == null ? null : ofIssuer.get(serial));
    }

    private static Optional<ASN1Encodable> value(@Nullable Extensions extensions, ASN1ObjectIdentifier name) {
        Extension extension = extensions == null ? null : extensions.getExtension(name);
        return extension == null ? Optional.empty() : Optional.of(extension.getParsedValue());
    }

    private static boolean hasCriticalBut(@Nullable Extensions extensions, Set<ASN1ObjectIdentifier> known) {
        if (extensions == null) {
            return false;
        }
        for (ASN1ObjectIdentifier name : extensions.getCriticalExtensionOIDs()) {
            if (!known.contains(name)) {
                return true;
            }
        }
        return false;
    }

    record Entry(Instant at, RevocationReason reason) {}

    /**
     * The entries by the issuer of the certificates. An indirect list has entries for several issuers (RFC 5280
     * §5.3.3).
     */
    private static final class Entries {
        private final Map<X500Name, Map<BigInteger, Entry>> byIssuer = new HashMap<>();
        private boolean hasUnknownCritical;

        static Entries read(TBSCertList list, X500Name issuer) throws CRLException {
            Entries entries = new Entries();
            try {
                X500Name current = issuer;
                Map<BigInteger, Entry> ofCurrent = new HashMap<>();
                entries.byIssuer.put(current, ofCurrent);
                for (Enumeration<?> each = list.getRevokedCertificateEnumeration(); each.hasMoreElements(); ) {
                    TBSCertList.CRLEntry entry = (TBSCertList.CRLEntry) each.nextElement();
                    Extensions extensions = entry.hasExtensions() ? entry.getExtensions() : null;
                    entries.hasUnknownCritical |= hasCriticalBut(extensions, KNOWN_IN_ENTRIES);
                    Optional<X500Name> named = issuerOf(extensions);
                    if (named.isPresent() && !named.get().equals(current)) {
                        current = named.get();
                        ofCurrent = entries.byIssuer.computeIfAbsent(current, _ -> new HashMap<>());
                    }
                    ofCurrent.put(entry.getUserCertificate().getValue(), entryOf(entry, extensions));
                }
            } catch (RuntimeException e) {
                throw new CRLException("malformed entries", e);
            }
            return entries;
        }

        private static Entry entryOf(TBSCertList.CRLEntry entry, @Nullable Extensions extensions) {
            int reason = value(extensions, Extension.reasonCode)
                    .map(code -> ASN1Enumerated.getInstance(code).intValueExact())
                    .orElse(0);
            return new Entry(entry.getRevocationDate().getDate().toInstant(), RevocationReason.of(reason));
        }

        private static Optional<X500Name> issuerOf(@Nullable Extensions extensions) {
            return value(extensions, Extension.certificateIssuer).map(names -> {
                for (GeneralName name : GeneralNames.getInstance(names).getNames()) {
                    if (name.getTagNo() == GeneralName.directoryName) {
                        return X500Name.getInstance(name.getName());
                    }
                }
                throw new IllegalArgumentException("issuer of an entry without a name");
            });
        }
    }

    private static final Set<ASN1ObjectIdentifier> KNOWN = Set.of(
            Extension.authorityKeyIdentifier,
            Extension.issuerAlternativeName,
            Extension.cRLNumber,
            Extension.deltaCRLIndicator,
            Extension.issuingDistributionPoint,
            Extension.freshestCRL);
    private static final Set<ASN1ObjectIdentifier> KNOWN_IN_ENTRIES = Set.of(
            Extension.reasonCode, Extension.instructionCode, Extension.invalidityDate, Extension.certificateIssuer);
}
