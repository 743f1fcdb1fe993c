package org.postseal.gateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postseal.gateway.testkit.Command;

/**
 * Makes certificates that vouch for themselves, by OpenSSL, and visitors who come over TLS with one of them or with
 * none.
 */
public final class VisitorFiles {
    private static final char[] PASSWORD = "pencil".toCharArray();

    private final Path folder;

    public VisitorFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code NAME.pem}, {@code NAME.key} and {@code NAME.p12}, for this machine's address. */
    public void write(String name, String subject) {
        Path certificate = certificate(name);
        var _ = Command.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        subject,
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key(name),
                        "-out",
                        certificate)
                .output();
        var _ = Command.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-in",
                        certificate,
                        "-inkey",
                        key(name),
                        "-passout",
                        "pass:" + String.valueOf(PASSWORD),
                        "-out",
                        folder.resolve(name + ".p12"))
                .output();
    }

    public Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /**
     * Makes a visitor who trusts the certificate of the console.
     *
     * @param own the name of the visitor's own certificate; empty for none
     */
    public HttpClient visitor(String console, Optional<String> own) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate(console))) {
            trusted.setCertificateEntry(
                    "console", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.isPresent() ? keys(own.get()) : new KeyManager[0], trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private KeyManager[] keys(String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        return keys.getKeyManagers();
    }

    public static HttpResponse<String> get(HttpClient visitor, String url) throws IOException {
        try {
            return visitor.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
