package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.path.TestAuthority;

class AnchorFileTest {
    @TempDir
    private Path folder;

    @Test
    void everyCertificateOfTheFileIsRead() throws Exception {
        MailCertificate one = new TestAuthority("One").root();
        MailCertificate other = new TestAuthority("Other").root();
        assertThat(AnchorFile.certificates(file("# ours\n" + one.toPem() + "\n" + other.toPem())))
                .containsExactly(one.x509(), other.x509());
    }

    @Test
    void aFileWithoutAnyIsNamed() throws IOException {
        Path file = file("");
        assertThatThrownBy(() -> AnchorFile.certificates(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has no certificate");
        assertThatThrownBy(() -> AnchorFile.tls(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "no PEM", DAMAGED})
    void whatIsNoCertificateIsRefused(String content) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> AnchorFile.tls(file)).isInstanceOf(CertificateException.class);
    }

    @Test
    void oneThatIsDamagedAmongOthersIsNotPassedOver() throws IOException {
        Path file = file(new TestAuthority("One").root().toPem() + DAMAGED);
        assertThatThrownBy(() -> AnchorFile.tls(file)).isInstanceOf(CertificateException.class);
    }

    @Test
    void aFileThatIsNotThereIsNoEmptyOne() {
        assertThatThrownBy(() -> AnchorFile.tls(folder.resolve("none.pem"))).isInstanceOf(NoSuchFileException.class);
    }

    /** This is why docs/metrics.md has no metric for the expiry of an anchor. */
    @Test
    void anAnchorThatHasExpiredIsTrustedAsBefore() throws Exception {
        TestAuthority root = new TestAuthority("Root");
        MailCertificate anchor = root.certify(
                root.name,
                root.key.publicKey(),
                Instant.parse("2020-01-01T00:00:00Z"),
                Instant.parse("2021-01-01T00:00:00Z"),
                root.key.certificateSigner(),
                TestAuthority.extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        SSLContext trusting = AnchorFile.tls(file(anchor.toPem()));
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket server = server(root).createServerSocket(0, 1, here)) {
            Thread greeter = Thread.ofVirtual().start(() -> greet(server));
            try (Socket client = trusting.getSocketFactory().createSocket(here, server.getLocalPort())) {
                assertThat(client.getInputStream().read()).isEqualTo('a');
            }
            greeter.join();
        }
    }

    private static ServerSocketFactory server(TestAuthority root) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        Instant now = Instant.now();
        MailCertificate own = root.certify(
                new X500Name("CN=server"),
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()),
                now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofHours(1)),
                root.key.certificateSigner());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), PASSWORD, new Certificate[] {own.x509()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    private static void greet(ServerSocket server) {
        try (Socket peer = server.accept()) {
            peer.getOutputStream().write('a');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "trust", ".pem"), content);
    }

    private static final char[] PASSWORD = "test".toCharArray();
    private static final String DAMAGED = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
}
