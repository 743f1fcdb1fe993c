package org.postseal.certstore.remote.ldap;

import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/** Reads one value of userSMIMECertificate. Thread-safe. */
@FunctionalInterface
public interface SmimeCertificateDecoder {
    /**
     * Returns the content of the value.
     *
     * @throws CertificateException when the value is in no known form, or over a limit
     */
    Bundle decode(byte[] value) throws CertificateException;

    /**
     * The content of one value.
     *
     * @param certificates certificates of the entry's owner, in their order
     * @param flagged those of them that the owner marked as the ones to use
     * @param helpers certificates of authorities, to build a path with
     * @param capabilities the owner's capabilities, only if the owner's signature over them holds
     */
    record Bundle(
            List<MailCertificate> certificates,
            List<MailCertificate> flagged,
            List<MailCertificate> helpers,
            Optional<SmimeCapabilities> capabilities) {
        public Bundle {
            certificates = List.copyOf(certificates);
            flagged = List.copyOf(flagged);
            helpers = List.copyOf(helpers);
        }
    }
}
