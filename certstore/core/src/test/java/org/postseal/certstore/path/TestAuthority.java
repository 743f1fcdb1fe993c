package org.postseal.certstore.path;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** An authority that signs whatever a test wants. A certificate gets only the extensions that the test asks for. */
public final class TestAuthority {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final AtomicLong SERIALS = new AtomicLong(1);

    public final X500Name name;
    public final KeyMaterial key;

    public TestAuthority(String commonName) {
        this(commonName, KeyMaterial.generate(KeyAlgorithm.P256));
    }

    public TestAuthority(String commonName, KeyMaterial key) {
        this.name = new X500Name("CN=" + commonName);
        this.key = key;
    }

    /** Adds an extension to a certificate. */
    public interface Extra {
        void to(X509v3CertificateBuilder builder) throws Exception;
    }

    public static Extra extension(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        return builder -> builder.addExtension(id, critical, value);
    }

    public static Extra address(String address) {
        return extension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, address)));
    }

    public MailCertificate certify(X500Name subject, SubjectPublicKeyInfo publicKey, Extra... extras) {
        return certify(subject, publicKey, START, END, key.certificateSigner(), extras);
    }

    public MailCertificate certify(
            X500Name subject,
            SubjectPublicKeyInfo publicKey,
            Instant from,
            Instant to,
            ContentSigner signer,
            Extra... extras) {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name,
                BigInteger.valueOf(SERIALS.getAndIncrement()),
                Date.from(from),
                Date.from(to),
                subject,
                publicKey);
        try {
            for (Extra extra : extras) {
                extra.to(builder);
            }
            return MailCertificate.of(builder.build(signer).getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public MailCertificate authority(TestAuthority subject, Extra... extras) {
        return certify(
                subject.name,
                subject.key.publicKey(),
                with(
                        extras,
                        extension(Extension.basicConstraints, true, new BasicConstraints(true)),
                        extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))));
    }

    public MailCertificate root() {
        return authority(this);
    }

    /** Returns the certificate of an end entity with an address. */
    public MailCertificate leaf(Extra... extras) {
        return certify(new X500Name("CN=leaf"), LEAF_KEY.publicKey(), with(extras, address("alice@example.com")));
    }

    private static Extra[] with(Extra[] extras, Extra... usual) {
        Extra[] all = new Extra[extras.length + usual.length];
        System.arraycopy(usual, 0, all, 0, usual.length);
        System.arraycopy(extras, 0, all, usual.length, extras.length);
        return all;
    }

    public static final KeyMaterial LEAF_KEY = KeyMaterial.generate(KeyAlgorithm.P256);
}
