package org.postseal.certstore.path;

import org.postseal.certstore.PathVerdict;

/**
 * Says whether a certificate may be used. Thread-safe. It may block while it asks for revocation information, under
 * limits of its own.
 */
@FunctionalInterface
public interface CertificateValidation {
    /**
     * Validates a certificate. It never throws because of what a certificate or a server does; that is reported as a
     * status.
     */
    PathVerdict validate(ValidationRequest request);
}
