package org.postseal.certstore.ca;

import java.io.IOException;
import java.util.Base64;
import org.postseal.certstore.MailCertificate;

/** Writes PEM. */
final class Pem {
    private Pem() {}

    static String certificate(MailCertificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(certificate.holder().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
