package org.postseal.certstore.directory;

import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/**
 * What the administrator forbids. Asked on every search, so it should answer from memory; may throw {@link StoreUnavailableException}. After a change the
 * directory has to be told, by {@link DirectoryCertificateStore#invalidateChoices}. Thread-safe.
 */
public interface Blocks {
    /** Nothing is forbidden. */
    Blocks NONE = new Blocks() {
        @Override
        public Optional<String> reason(CertificateId certificate) {
            return Optional.empty();
        }

        @Override
        public Optional<String> reason(MailAddress address) {
            return Optional.empty();
        }
    };

    /** Why a certificate, also as an issuer, may not be used; empty when it may. */
    Optional<String> reason(CertificateId certificate);

    /** Why no certificate may be used for an address; empty when one may. */
    Optional<String> reason(MailAddress address);
}
