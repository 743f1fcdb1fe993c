package org.postseal.certstore.directory;

import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;

/**
 * The certificates that users chose for signing (OWAAllowUserChoiceOfSigningCertificate). Thread-safe. The answers come
 * from memory.
 */
@FunctionalInterface
public interface SigningPreferences {
    SigningPreferences NONE = _ -> Optional.empty();

    /** Returns the certificate chosen for {@code address}. It is passed over if it may not be used. */
    Optional<CertificateId> preferredSigning(MailAddress address);
}
