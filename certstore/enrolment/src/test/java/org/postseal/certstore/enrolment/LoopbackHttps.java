package org.postseal.certstore.enrolment;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postseal.certstore.PemText;

/** An HTTPS server at 127.0.0.1 with a certificate of its own. */
final class LoopbackHttps implements AutoCloseable {
    private final HttpsServer server;
    private final Path anchor;
    private final CountDownLatch closed = new CountDownLatch(1);

    LoopbackHttps(Path folder, HttpHandler handler) throws IOException {
        anchor = Files.writeString(folder.resolve("tls.pem"), Tls.ANCHOR);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(Tls.CONTEXT));
        server.createContext("/", handler);
        // A handler that hangs keeps no other request waiting.
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the file with the certificate of the server. */
    Path anchor() {
        return anchor;
    }

    /** Waits for the end of the test. */
    void hang() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    /** The same for all servers. */
    private static final class Tls {
        static final SSLContext CONTEXT;
        static final String ANCHOR;

        static {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256);
                KeyPair pair = generator.generateKeyPair();
                X500Name name = new X500Name("CN=loopback");
                X509Certificate certificate = new JcaX509CertificateConverter()
                        .getCertificate(new JcaX509v3CertificateBuilder(
                                        name,
                                        BigInteger.ONE,
                                        Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                                        Date.from(Instant.parse("2100-01-01T00:00:00Z")),
                                        name,
                                        pair.getPublic())
                                .addExtension(
                                        Extension.subjectAlternativeName,
                                        false,
                                        new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")))
                                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
                ANCHOR = PemText.of("CERTIFICATE", certificate.getEncoded());
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(null, null);
                keys.setKeyEntry("server", pair.getPrivate(), new char[0], new X509Certificate[] {certificate});
                KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                managers.init(keys, new char[0]);
                CONTEXT = SSLContext.getInstance("TLS");
                CONTEXT.init(managers.getKeyManagers(), null, null);
            } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
