package org.postseal.certstore.directory;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;

/**
 * The administrator's blocks. Every search asks them, so they should answer from memory. They may throw
 * {@link StoreUnavailableException}. After a change, {@link DirectoryCertificateStore#invalidateChoices} must be
 * called. Thread-safe.
 */
public interface Blocks {
    /** Blocks nothing. */
    Blocks NONE = new Blocks() {
        @Override
        public Optional<String> reason(MailCertificate certificate) {
            return Optional.empty();
        }

        @Override
        public Optional<String> reason(MailAddress address) {
            return Optional.empty();
        }
    };

    /** Returns why a certificate may not be used, also as an issuer, or empty if it may be used. */
    Optional<String> reason(MailCertificate certificate);

    /** Returns why no certificate may be used for an address, or empty if one may be used. */
    Optional<String> reason(MailAddress address);
}
