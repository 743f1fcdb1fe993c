package org.postseal.certstore.issue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Says what a certificate shall contain. The defaults are P-256, {@link Profile#DUAL}, extKeyUsage emailProtection, and
 * the address in the subject alternative name. The caller must set {@link #validity}. Not thread-safe.
 */
public final class CertificateRequest {
    private final CertificateAuthority authority;
    private final List<MailAddress> addresses = new ArrayList<>();
    private KeyAlgorithm algorithm = KeyAlgorithm.P256;
    private Profile profile = Profile.DUAL;
    private Instant notBefore = Instant.EPOCH;
    private Instant notAfter = Instant.EPOCH;
    private KeyPurposeId extendedKeyUsage = KeyPurposeId.id_kp_emailProtection;
    private boolean alternativeName = true;
    private String commonName;
    private @org.jspecify.annotations.Nullable KeyMaterial key;

    CertificateRequest(CertificateAuthority authority, MailAddress address) {
        this.authority = authority;
        this.addresses.add(address);
        this.commonName = address.toString();
    }

    public CertificateRequest alsoFor(MailAddress address) {
        addresses.add(address);
        return this;
    }

    public CertificateRequest algorithm(KeyAlgorithm wanted) {
        algorithm = wanted;
        return this;
    }

    /** Uses an existing key, for a renewal. */
    public CertificateRequest key(KeyMaterial existing) {
        key = existing;
        return this;
    }

    public CertificateRequest profile(Profile wanted) {
        profile = wanted;
        return this;
    }

    /** Sets the common name. The default is the first address. */
    public CertificateRequest commonName(String wanted) {
        commonName = wanted;
        return this;
    }

    /** Sets the first and the last instant of validity. */
    public CertificateRequest validity(Instant from, Instant to) {
        notBefore = from;
        notAfter = to;
        return this;
    }

    /** Sets another extKeyUsage, for example a wrong one. */
    public CertificateRequest extendedKeyUsage(KeyPurposeId wanted) {
        extendedKeyUsage = wanted;
        return this;
    }

    /**
     * Leaves out the subject alternative name, which makes a bad certificate. The certificate then carries no address.
     */
    public CertificateRequest withoutAlternativeName() {
        alternativeName = false;
        return this;
    }

    /** Generates the key unless one was given, and issues the certificate. */
    public IssuedCertificate issue() {
        KeyMaterial subjectKey = key == null ? KeyMaterial.generate(algorithm) : key;
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                authority.issuer().subject(),
                CertificateAuthority.serialNumber(),
                Date.from(notBefore),
                Date.from(notAfter),
                CertificateAuthority.commonName(commonName),
                subjectKey.publicKey());
        try {
            addExtensions(builder, subjectKey);
        } catch (CertIOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
        return new IssuedCertificate(subjectKey, authority.sign(builder), List.of(authority.issuer()));
    }

    private void addExtensions(X509v3CertificateBuilder builder, KeyMaterial subjectKey) throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage(profile, subjectKey.kind())));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(extendedKeyUsage));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                CertificateAuthority.identifiers().createSubjectKeyIdentifier(subjectKey.publicKey()));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                CertificateAuthority.identifiers()
                        .createAuthorityKeyIdentifier(authority.issuer().holder()));
        if (alternativeName) {
            GeneralName[] names =
                    addresses.stream().map(CertificateRequest::generalName).toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
    }

    /**
     * Returns the bits of keyUsage for a profile and a kind of key.
     *
     * @throws IllegalArgumentException if such a key cannot do what the profile says
     */
    public static int keyUsage(Profile profile, PublicKeyKind kind) {
        int signing = KeyUsage.digitalSignature;
        int encryption = kind.agrees() ? KeyUsage.keyAgreement : KeyUsage.keyEncipherment;
        boolean possible = switch (profile) {
            case DUAL -> kind.canSign() && kind.canEncrypt();
            case SIGN -> kind.canSign();
            case ENCRYPT -> kind.canEncrypt();
        };
        if (!possible) {
            throw new IllegalArgumentException(profile + " is beyond a key of kind " + kind);
        }
        return switch (profile) {
            case DUAL -> signing | encryption;
            case SIGN -> signing;
            case ENCRYPT -> encryption;
        };
    }

    /**
     * Returns the name of an address in a certificate: rfc822Name if the local part is ASCII, and SmtpUTF8Mailbox
     * otherwise (RFC 8550 §4.4.3). The domain is an A-label (RFC 9598 §3).
     */
    public static GeneralName generalName(MailAddress address) {
        String text = mailbox(address);
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            return new GeneralName(GeneralName.rfc822Name, text);
        }
        ASN1EncodableVector otherName = new ASN1EncodableVector();
        otherName.add(SMTP_UTF8_MAILBOX);
        otherName.add(new DERTaggedObject(true, 0, new DERUTF8String(text)));
        return new GeneralName(GeneralName.otherName, new DERSequence(otherName));
    }

    /** Returns the address as a certificate holds it, with the domain as A-label. */
    public static String mailbox(MailAddress address) {
        return address.localPart() + "@" + address.domain().ascii();
    }

    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");
}
