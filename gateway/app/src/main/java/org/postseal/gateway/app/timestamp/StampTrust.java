package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.postseal.certstore.AnchorFile;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/** Says which authorities are trusted: as signers of time stamps, and as servers over TLS. */
public final class StampTrust {
    private StampTrust() {}

    /**
     * Returns a verifier that trusts the authorities of a file.
     *
     * @throws IOException if the file cannot be read, or holds no certificate
     */
    public static TimestampVerifier verifier(Path file) throws IOException {
        try {
            List<MailCertificate> anchors = new ArrayList<>();
            for (Certificate certificate : AnchorFile.certificates(file)) {
                anchors.add(MailCertificate.of(certificate.getEncoded()));
            }
            return new TimestampVerifier(anchors);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " has a certificate that cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Returns a TLS context that trusts the authorities of a file.
     *
     * @throws IOException if the file cannot be read, or holds no certificate
     */
    static SSLContext tls(Path file) throws IOException {
        try {
            return AnchorFile.tls(file);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " cannot be used for TLS: " + e.getMessage(), e);
        }
    }
}
