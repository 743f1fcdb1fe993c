package org.postseal.certstore.remote.ldap;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The PEM files of a TLS server whose certificate comes from an authority of its own.
 *
 * @param authority the authority's certificate, for clients that shall trust the server
 */
public record TlsIdentity(Path authority, Path certificate, Path key) {
    /** Makes an identity in {@code folder} for an IP address. */
    public static TlsIdentity forAddress(Path folder, String address) throws IOException {
        return make(folder, new GeneralName(GeneralName.iPAddress, address));
    }

    /** Makes an identity in {@code folder} for a host name. */
    public static TlsIdentity forName(Path folder, String name) throws IOException {
        return make(folder, new GeneralName(GeneralName.dNSName, name));
    }

    private static TlsIdentity make(Path folder, GeneralName server) throws IOException {
        Files.createDirectories(folder);
        TlsIdentity files = new TlsIdentity(
                folder.resolve("authority.pem"), folder.resolve("certificate.pem"), folder.resolve("key.pem"));
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair authority = generator.generateKeyPair();
            KeyPair key = generator.generateKeyPair();
            X500Name issuer = new X500Name("CN=Test TLS Authority");
            JcaX509v3CertificateBuilder root = builder(issuer, BigInteger.ONE, issuer, authority);
            root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            JcaX509v3CertificateBuilder leaf = builder(issuer, BigInteger.TWO, new X500Name("CN=server"), key);
            leaf.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(server));
            write(files.authority(), "CERTIFICATE", signed(root, authority.getPrivate()));
            write(files.certificate(), "CERTIFICATE", signed(leaf, authority.getPrivate()));
            write(files.key(), "PRIVATE KEY", key.getPrivate().getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException(e);
        }
        return files;
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, BigInteger serial, X500Name subject, KeyPair key) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                serial,
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(1, ChronoUnit.DAYS)),
                subject,
                key.getPublic());
    }

    private static byte[] signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws IOException, OperatorCreationException {
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key))
                .getEncoded();
    }

    private static void write(Path file, String label, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }
}
