package org.postseal.certstore;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
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
 * An X.509 certificate with what mail needs to know of it. Parsing is strict about size and key limits ({@link CertificateLimits}), says nothing about
 * trust. Immutable; equal when the encodings are.
 */
public final class MailCertificate {
    private final byte[] der;
    private final X509CertificateHolder holder;
    private final X509Certificate x509;
    private final CertificateId id;
    private final PublicKeyKind keyKind;
    private final CertificateAddresses addresses;
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
        // Names are parsed when they are first compared; a damaged one is to be found here and not in a path.
        int _ = holder.getSubject().hashCode() ^ holder.getIssuer().hashCode();
        this.isSelfIssued = holder.getSubject().equals(holder.getIssuer());
        this.keyKind = CertificateLimits.kindOf(holder.getSubjectPublicKeyInfo());
        this.addresses = CertificateAddresses.of(holder);
        this.usage = CertificateUsage.of(holder, keyKind);
        Extensions extensions = holder.getExtensions();
        this.subjectKeyIdentifier = KeyIdentifier.of(extensions == null ? null : subjectKeyIdentifier(extensions));
        this.authorityKeyIdentifier = KeyIdentifier.of(extensions == null ? null : authorityKeyIdentifier(extensions));
        this.x509 = new JcaX509CertificateConverter().getCertificate(holder);
        this.id = CertificateId.of(der);
    }

    /**
     * Parses DER.
     *
     * @throws CertificateException when it is no certificate, or one over our limits
     */
    public static MailCertificate of(byte[] der) throws CertificateException {
        if (der.length > CertificateLimits.MAX_CERTIFICATE_OCTETS) {
            throw new CertificateException(
                    "certificate longer than " + CertificateLimits.MAX_CERTIFICATE_OCTETS + " octets");
        }
        try {
            return new MailCertificate(der, new X509CertificateHolder(der));
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds
            throw new CertificateException("malformed certificate", e);
        }
    }

    /** SHA-256 of the encoding. */
    public CertificateId id() {
        return id;
    }

    /** Every address it carries: rfc822Name and SmtpUTF8Mailbox of the subject alternative name, emailAddress of the subject (RFC 8550 §3). */
    public List<MailAddress> addresses() {
        return addresses.all();
    }

    /** True when every address stands where an issuer's name constraints for rfc822Name are applied (RFC 5280 §4.2.1.10). */
    public boolean addressesAreConstrainable() {
        return addresses.allUnderNameConstraints();
    }

    /** PEM text, as OpenSSL writes it. */
    public String toPem() {
        try {
            return PemText.of("CERTIFICATE", holder.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    /** Its octets, as they came. */
    public byte[] encoded() {
        return der.clone();
    }

    /** Bouncy Castle's view, for CMS. */
    public X509CertificateHolder holder() {
        return holder;
    }

    /** The JDK's view, for path validation. */
    public X509Certificate x509() {
        return x509;
    }

    /** What kind of key it certifies. */
    public PublicKeyKind keyKind() {
        return keyKind;
    }

    /** Subject. */
    public X500Name subject() {
        return holder.getSubject();
    }

    /** Issuer; with the serial number one of the two ways CMS names a certificate. */
    public X500Name issuer() {
        return holder.getIssuer();
    }

    /** Serial number. */
    public BigInteger serialNumber() {
        return holder.getSerialNumber();
    }

    /** The other way CMS names it; empty when the extension is absent. */
    public Optional<KeyIdentifier> subjectKeyIdentifier() {
        return subjectKeyIdentifier;
    }

    /** The issuer's key as the authority key identifier names it; empty when absent or given by name and serial only. */
    public Optional<KeyIdentifier> authorityKeyIdentifier() {
        return authorityKeyIdentifier;
    }

    /** What its owner reads, by the extension of RFC 4262; empty when that is absent or malformed. */
    public Optional<SmimeCapabilities> capabilities() {
        Extension extension = holder.getExtension(PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities);
        return Optional.ofNullable(extension)
                .flatMap(found -> SmimeCapabilities.of(found.getExtnValue().getOctets()));
    }

    /** First instant of validity. */
    public Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    /** Last instant of validity. */
    public Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    /** True when issuer and subject are the same name. */
    public boolean isSelfIssued() {
        return isSelfIssued;
    }

    /** Why key type, keyUsage or extKeyUsage forbid {@code purpose}; empty when they allow it (RFC 8550 §4.4, RFC 5652 §6.2). */
    public Optional<String> whyNot(CertificatePurpose purpose) {
        return switch (purpose) {
            case SIGN -> usage.whyNotSign();
            case ENCRYPT -> usage.whyNotEncrypt();
        };
    }

    /** True when extKeyUsage, if present, allows mail (RFC 8550 §4.4.4). */
    public boolean allowsMail() {
        return usage.allowsMail();
    }

    /** Why the key is too weak to rely on; empty when it is strong enough (RFC 8550 §6). */
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
