package org.postseal.certstore.directory;

import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;

/** The certificates that users have chosen to sign with (OWAAllowUserChoiceOfSigningCertificate). Thread-safe; answers from memory. */
@FunctionalInterface
public interface SigningPreferences {
    /** Nobody has chosen. */
    SigningPreferences NONE = _ -> Optional.empty();

    /** The one chosen for {@code address}; one that may not be used is passed over. */
    Optional<CertificateId> preferredSigning(MailAddress address);
}
