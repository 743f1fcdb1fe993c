package org.postseal.gateway.timestamp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/** Trust anchors out of files in PEM. */
public final class StampTrust {
    private StampTrust() {}

    /**
     * Who believes the authorities of a file.
     *
     * @throws IOException when it cannot be read, or holds no certificate
     */
    public static TimestampVerifier verifier(Path file) throws IOException {
        try {
            List<MailCertificate> anchors = new ArrayList<>();
            for (Certificate certificate : certificates(file)) {
                anchors.add(MailCertificate.of(certificate.getEncoded()));
            }
            return new TimestampVerifier(anchors);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " has a certificate that cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * TLS that trusts those of a file.
     *
     * @throws IOException when it cannot be read, or holds no certificate
     */
    static SSLContext tls(Path file) throws IOException {
        try {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            int number = 0;
            for (Certificate anchor : certificates(file)) {
                anchors.setCertificateEntry("anchor-" + number++, anchor);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException(file + " has no certificate");
            }
            return found;
        }
    }
}
