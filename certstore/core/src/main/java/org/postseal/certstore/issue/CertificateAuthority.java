package org.postseal.certstore.issue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/**
 * A certification authority in memory: a root and an issuing intermediate that signs mail certificates. Thread-safe. It
 * does not record what it issued.
 */
public final class CertificateAuthority {
    private final KeyMaterial issuerKey;
    private final MailCertificate root;
    private final MailCertificate issuer;

    private CertificateAuthority(KeyMaterial issuerKey, MailCertificate root, MailCertificate issuer) {
        this.issuerKey = issuerKey;
        this.root = root;
        this.issuer = issuer;
    }

    /** Creates an authority with P-256 keys. */
    public static CertificateAuthority create(String name, Instant notBefore, Instant notAfter) {
        return create(name, KeyAlgorithm.P256, notBefore, notAfter);
    }

    /**
     * Creates an authority.
     *
     * @param name the common name of the root
     * @param algorithm the kind of both keys
     */
    public static CertificateAuthority create(
            String name, KeyAlgorithm algorithm, Instant notBefore, Instant notAfter) {
        KeyMaterial rootKey = KeyMaterial.generate(algorithm);
        KeyMaterial issuerKey = KeyMaterial.generate(algorithm);
        X500Name rootName = commonName(name);
        X500Name issuerName = commonName(name + " Issuing CA");
        MailCertificate root = authority(rootKey, rootName, rootKey, rootName, notBefore, notAfter, null);
        MailCertificate issuer = authority(issuerKey, issuerName, rootKey, rootName, notBefore, notAfter, 0);
        return new CertificateAuthority(issuerKey, root, issuer);
    }

    public MailCertificate root() {
        return root;
    }

    /** Returns the intermediate that signs mail certificates. */
    public MailCertificate issuer() {
        return issuer;
    }

    /** Issues a certificate with a fresh key. */
    public IssuedCertificate issue(
            MailAddress address, KeyAlgorithm algorithm, Profile profile, Instant notBefore, Instant notAfter) {
        return request(address)
                .algorithm(algorithm)
                .profile(profile)
                .validity(notBefore, notAfter)
                .issue();
    }

    /** Returns a request that the caller fills in, for certificates that {@link #issue} does not cover. */
    public CertificateRequest request(MailAddress address) {
        return new CertificateRequest(this, address);
    }

    /**
     * Writes a directory that {@link org.postseal.certstore.files.FilesSource} reads: the root in {@code trust}, the
     * intermediate, a PKCS #12 file and its password for each of {@code own}, and a PEM file for each of
     * {@code partners}.
     */
    public void writeStore(Path directory, Collection<IssuedCertificate> own, Collection<MailCertificate> partners)
            throws IOException {
        Path trust = Files.createDirectories(directory.resolve("trust"));
        Files.writeString(trust.resolve("root-" + shortId(root) + ".pem"), root.toPem());
        Files.writeString(directory.resolve("issuing-" + shortId(issuer) + ".pem"), issuer.toPem());
        for (IssuedCertificate each : own) {
            String password = new BigInteger(128, RANDOM).toString(36);
            String file = "own-" + shortId(each.certificate()) + ".p12";
            Files.write(directory.resolve(file), each.pkcs12(password.toCharArray()));
            Files.writeString(directory.resolve(file + ".password"), password + "\n");
        }
        for (MailCertificate each : partners) {
            Files.writeString(directory.resolve("partner-" + shortId(each) + ".pem"), each.toPem());
        }
    }

    MailCertificate sign(X509v3CertificateBuilder builder) {
        return sign(builder, issuerKey);
    }

    /** Returns a fresh serial number, which is positive and has 127 bits in 16 octets. */
    public static BigInteger serialNumber() {
        // RFC 5280 §4.1.2.2 allows positive numbers of up to 20 octets. The CA/Browser Forum demands 64 bits from a
        // random generator.
        return new BigInteger(127, RANDOM).setBit(126);
    }

    static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    /** Returns a maker of key identifiers by method 1 of RFC 5280 §4.2.1.2. */
    public static X509ExtensionUtils identifiers() {
        return new BcX509ExtensionUtils();
    }

    private static MailCertificate authority(
            KeyMaterial key,
            X500Name name,
            KeyMaterial signer,
            X500Name signerName,
            Instant notBefore,
            Instant notAfter,
            @org.jspecify.annotations.Nullable Integer pathLength) {
        SubjectPublicKeyInfo publicKey = key.publicKey();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                signerName, serialNumber(), Date.from(notBefore), Date.from(notAfter), name, publicKey);
        try {
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    pathLength == null ? new BasicConstraints(true) : new BasicConstraints(pathLength));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers().createSubjectKeyIdentifier(publicKey));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers().createAuthorityKeyIdentifier(signer.publicKey()));
        } catch (CertIOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
        return sign(builder, signer);
    }

    /** Signs a certificate with any key of an authority. */
    public static MailCertificate sign(X509v3CertificateBuilder builder, KeyMaterial signer) {
        try {
            return MailCertificate.of(builder.build(signer.certificateSigner()).getEncoded());
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException("our own certificate cannot be read", e);
        }
    }

    private static String shortId(MailCertificate certificate) {
        return certificate.id().hex().substring(0, 16);
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
