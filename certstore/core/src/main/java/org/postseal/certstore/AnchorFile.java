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

/**
 * Reads trust anchors from a PEM file for purposes other than mail: for TLS servers, and for time-stamping authorities.
 */
public final class AnchorFile {
    private AnchorFile() {}

    /**
     * Returns all certificates of the file, at least one.
     *
     * @throws IOException if the file cannot be read or has no certificate
     * @throws CertificateException if the file is not PEM, or if a certificate cannot be used
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
     * Returns a TLS context for a client that trusts only the certificates of the file and shows no certificate of its
     * own. The caller must check that the server has the right name. Java does not check the dates of an anchor itself,
     * so an expired anchor is still trusted.
     *
     * @throws IOException if the file cannot be read or has no certificate
     * @throws GeneralSecurityException if the file is not PEM, or if a certificate cannot be used
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
