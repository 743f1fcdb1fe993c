package org.postseal.gateway.smtp.client;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postseal.gateway.config.NextHopConfig;

/** Makes an authority that issues certificates for TLS, and files that trust these certificates alone. */
final class TestCertificates {
    private final KeyPair keys;
    private final X509Certificate authority;

    TestCertificates() throws GeneralSecurityException, IOException, OperatorCreationException {
        this.keys = newKeys();
        this.authority =
                issue(keys, new GeneralName(GeneralName.dNSName, "authority.example"), Duration.ofDays(1), true);
    }

    /** Writes the authority's own certificate as a trust file. */
    Path trustFile(Path directory) throws IOException, GeneralSecurityException {
        return Files.writeString(
                Files.createTempFile(directory, "trust", ".pem"), pem("CERTIFICATE", authority.getEncoded()));
    }

    /** Writes a certificate of ours, {@code CN=server}, and its key into files. */
    NextHopConfig.ClientTls client(Path directory)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair own = newKeys();
        X509Certificate certificate =
                issue(own, new GeneralName(GeneralName.dNSName, "gw.example.com"), Duration.ofDays(1), false);
        return new NextHopConfig.ClientTls(
                Files.writeString(
                        Files.createTempFile(directory, "client", ".pem"),
                        pem("CERTIFICATE", certificate.getEncoded())),
                Files.writeString(
                        Files.createTempFile(directory, "client", ".key"),
                        pem("PRIVATE KEY", own.getPrivate().getEncoded())));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    /** Makes a server with a certificate for this name, which is valid for {@code validity} from an hour ago. */
    SSLContext server(GeneralName name, Duration validity)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair own = newKeys();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = {issue(own, name, validity, false), authority};
        store.setKeyEntry("server", own.getPrivate(), new char[0], chain);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory clients = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        clients.init(trusted);
        context.init(managers.getKeyManagers(), clients.getTrustManagers(), null);
        return context;
    }

    private X509Certificate issue(KeyPair subject, GeneralName name, Duration validity, boolean isAuthority)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Instant start = Instant.now().minus(Duration.ofHours(1));
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=Test authority"),
                BigInteger.valueOf(isAuthority ? 1 : 2),
                Date.from(start),
                Date.from(start.plus(validity)),
                new X500Name(isAuthority ? "CN=Test authority" : "CN=server"),
                subject.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(der));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }
}
