package org.postseal.certstore;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;

/**
 * An X.509 certificate with the properties that mail needs. Parsing enforces the limits on size and keys
 * ({@link CertificateLimits}) and says nothing about trust. Immutable. Certificates are equal if their encodings are.
 */
public final class MailCertificate {
    private final byte[] der;
    private final X509CertificateHolder holder;
    private final X509Certificate x509;
    private final CertificateId id;
    private final PublicKeyKind keyKind;
    private final List<MailAddress> addresses;
    private final CertificateUsage usage;
    private final boolean isSelfIssued;
    private final Optional<KeyIdentifier> subjectKeyIdentifier;
    private final Optional<KeyIdentifier> authorityKeyIdentifier;

    private MailCertificate(byte[] der, X509CertificateHolder holder) throws CertificateException, IOException {
        this.der = der.clone();
        this.holder = holder;
        if (holder.getSubject().getEncoded().length > CertificateLimits.MAX_NAME_OCTETS
                || holder.getIssuer().getEncoded().length > CertificateLimits.MAX_NAME_OCTETS) {
            throw new CertificateException("name longer than " + CertificateLimits.MAX_NAME_OCTETS + " octets");
        }
        // Names are parsed when they are first compared. A damaged name must be found here and not during path
        // building.
        int _ = holder.getSubject().hashCode() ^ holder.getIssuer().hashCode();
        this.isSelfIssued = holder.getSubject().equals(holder.getIssuer());
        this.keyKind = CertificateLimits.kindOf(holder.getSubjectPublicKeyInfo());
        this.addresses = CertificateAddresses.of(holder);
        this.usage = CertificateUsage.of(holder, keyKind);
        Extensions extensions = holder.getExtensions();
        this.subjectKeyIdentifier = KeyIdentifier.of(extensions == null ? null : subjectKeyIdentifier(extensions));
        this.authorityKeyIdentifier = KeyIdentifier.of(extensions == null ? null : authorityKeyIdentifier(extensions));
        this.x509 = new JcaX509CertificateConverter().getCertificate(holder);
        // The converter writes DER, over which the signature is checked. Another encoding of the same certificate would
        // have the same signature and another id (RFC 5280 §4.1).
        if (!Arrays.equals(x509.getEncoded(), der)) {
            throw new CertificateException("certificate not in DER");
        }
        this.id = CertificateId.of(der);
    }

    /**
     * Parses DER.
     *
     * @throws CertificateException if the octets are no certificate, exceed our limits, or hold a key of a draft
     *     that is not allowed
     */
    public static MailCertificate of(byte[] der) throws CertificateException {
        MailCertificate certificate = stored(der);
        Optional<String> whyNot = certificate.keyKind.whyNotUsed();
        if (whyNot.isPresent()) {
            throw new CertificateException(whyNot.get());
        }
        return certificate;
    }

    /**
     * Parses DER that was allowed when it was stored. A draft that is not allowed any more makes the certificate
     * unusable, and not damaged.
     *
     * @throws CertificateException if the octets are no certificate, or exceed our limits
     */
    public static MailCertificate stored(byte[] der) throws CertificateException {
        if (der.length > CertificateLimits.MAX_CERTIFICATE_OCTETS) {
            throw new CertificateException(
                    "certificate longer than " + CertificateLimits.MAX_CERTIFICATE_OCTETS + " octets");
        }
        try {
            return new MailCertificate(der, new X509CertificateHolder(der));
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            throw new CertificateException("malformed certificate", e);
        }
    }

    /** Returns the SHA-256 of the encoding. */
    public CertificateId id() {
        return id;
    }

    /**
     * Returns the SHA-256 of the TBSCertificate, which is what the issuer has signed. Several certificates can have the
     * same one: with (r, s) of ECDSA, anybody can make (r, n - s), which verifies too.
     */
    public CertificateId contentId() {
        try {
            return CertificateId.of(x509.getTBSCertificate());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    /**
     * Returns every address that the certificate carries: rfc822Name and SmtpUTF8Mailbox of the subject alternative
     * name, and emailAddress of the subject (RFC 8550 §3).
     */
    public List<MailAddress> addresses() {
        return addresses;
    }

    /** Returns PEM text as OpenSSL writes it. */
    public String toPem() {
        try {
            return PemText.of("CERTIFICATE", holder.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    /** Returns the octets that were parsed. */
    public byte[] encoded() {
        return der.clone();
    }

    /** Returns Bouncy Castle's view, for CMS. */
    public X509CertificateHolder holder() {
        return holder;
    }

    /** Returns the JDK's view, for path validation. */
    public X509Certificate x509() {
        return x509;
    }

    public PublicKeyKind keyKind() {
        return keyKind;
    }

    public X500Name subject() {
        return holder.getSubject();
    }

    /** Returns the issuer. Issuer and serial number are one of the two ways in which CMS names a certificate. */
    public X500Name issuer() {
        return holder.getIssuer();
    }

    public BigInteger serialNumber() {
        return holder.getSerialNumber();
    }

    /**
     * Returns the subject key identifier, the other way in which CMS names a certificate. It is empty if the extension
     * is absent.
     */
    public Optional<KeyIdentifier> subjectKeyIdentifier() {
        return subjectKeyIdentifier;
    }

    /**
     * Returns the identifier of the issuer's key from the authority key identifier. It is empty if the extension is
     * absent or gives only name and serial number.
     */
    public Optional<KeyIdentifier> authorityKeyIdentifier() {
        return authorityKeyIdentifier;
    }

    /** Returns true if the key identifiers say that another key than that of {@code issuer} signed the certificate. */
    public boolean namesOtherKey(MailCertificate issuer) {
        KeyIdentifier wanted = authorityKeyIdentifier.orElse(null);
        KeyIdentifier has = issuer.subjectKeyIdentifier.orElse(null);
        return wanted != null && has != null && !wanted.equals(has);
    }

    /**
     * Returns the capabilities that the owner announces by the extension of RFC 4262. It is empty if the extension is
     * absent or malformed.
     */
    public Optional<SmimeCapabilities> capabilities() {
        Extension extension = holder.getExtension(PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities);
        return Optional.ofNullable(extension)
                .flatMap(found -> SmimeCapabilities.of(found.getExtnValue().getOctets()));
    }

    public Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    /** Returns true if issuer and subject are the same name. */
    public boolean isSelfIssued() {
        return isSelfIssued;
    }

    /**
     * Returns why the key type, keyUsage or extKeyUsage forbids {@code purpose}, or empty if they allow it (RFC 8550
     * §4.4, RFC 5652 §6.2).
     */
    public Optional<String> whyNot(CertificatePurpose purpose) {
        return keyKind.whyNotUsed().or(() -> switch (purpose) {
            case SIGN -> usage.whyNotSign();
            case ENCRYPT -> usage.whyNotEncrypt();
        });
    }

    /** Returns true if extKeyUsage is absent or allows mail (RFC 8550 §4.4.4). */
    public boolean allowsMail() {
        return usage.allowsMail();
    }

    /** Returns why the key is too weak to rely on, or empty if it is strong enough (RFC 8550 §6). */
    public Optional<String> weakness() {
        return keyKind instanceof PublicKeyKind.Rsa rsa && rsa.bits() < CertificateLimits.STRONG_RSA_BITS
                ? Optional.of("RSA key of " + rsa.bits() + " bits is too short")
                : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MailCertificate certificate && id.equals(certificate.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.hex().substring(0, 16) + " " + x509.getSubjectX500Principal();
    }

    private static byte @org.jspecify.annotations.Nullable [] subjectKeyIdentifier(Extensions extensions) {
        Extension extension = extensions.getExtension(Extension.subjectKeyIdentifier);
        return extension == null
                ? null
                : SubjectKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifier();
    }

    private static byte @org.jspecify.annotations.Nullable [] authorityKeyIdentifier(Extensions extensions) {
        Extension extension = extensions.getExtension(Extension.authorityKeyIdentifier);
        return extension == null
                ? null
                : AuthorityKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifierOctets();
    }
}
