package org.postseal.certstore.path;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;

/**
 * One question to {@link CertificateValidation}.
 *
 * @param helpers help to build a path, are never trusted
 * @param revocation how much not knowing counts
 * @param time to judge at
 * @param through an issuer that must be in the path; empty for any path to an anchor
 */
public record ValidationRequest(
        MailCertificate leaf,
        List<MailCertificate> helpers,
        CertificatePurpose purpose,
        RevocationMode revocation,
        Instant time,
        Optional<Through> through) {
    public ValidationRequest {
        helpers = List.copyOf(helpers);
    }

    /**
     * An issuer that must be in the path (RFC 8162, usages 0 and 2).
     *
     * @param isAnchor true when the path may end there, whatever our anchors are
     */
    public record Through(MailCertificate authority, boolean isAnchor) {}
}
