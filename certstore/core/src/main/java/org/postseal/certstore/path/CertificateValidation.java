package org.postseal.certstore.path;

import org.postseal.certstore.PathVerdict;

/** Says whether a certificate may be used. Thread-safe; may block where revocation has to be asked for, under limits of its own. */
@FunctionalInterface
public interface CertificateValidation {
    /** Never throws for what a certificate or a server does: that is a status. */
    PathVerdict validate(ValidationRequest request);
}
