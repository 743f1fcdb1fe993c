package org.postseal.certstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust anchors for something else than mail, out of a file in PEM: of servers that are asked over TLS, of authorities that stamp the time. */
public final class AnchorFile {
    private AnchorFile() {}

    /**
     * All of them, one at least.
     *
     * @throws IOException when the file cannot be read, or has none
     * @throws CertificateException when it is no PEM, or one of them cannot be used
     */
    public static List<Certificate> certificates(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new IOException(file + " has no certificate");
            }
            return found;
        }
    }

    /**
     * TLS of a client that trusts those of a file and nobody else, and shows no certificate of its own. Whether the server has the right name is for the caller to ask. Java does not look at the dates of an anchor itself: one
     * that has expired is trusted as before.
     *
     * @throws IOException when the file cannot be read, or has none
     * @throws GeneralSecurityException when it is no PEM, or one of them cannot be used
     */
    public static SSLContext tls(Path file) throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        int number = 0;
        for (Certificate each : certificates(file)) {
            anchors.setCertificateEntry("anchor-" + number++, each);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
