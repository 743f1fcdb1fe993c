package org.postseal.certstore;

import java.time.Instant;
import java.util.List;

/**
 * The result of validating a path (RFC 5280 §6).
 *
 * @param status whether the leaf may be used
 * @param path the path, leaf first and anchor last; empty unless the leaf is usable
 * @param validUntil when the path must be validated again, if nothing else changes before
 * @param evidence what the verdict is based on
 */
public record PathVerdict(
        CertificateStatus status, List<MailCertificate> path, Instant validUntil, PathEvidence evidence) {
    /** Creates a verdict that is not based on any evidence. */
    public PathVerdict(CertificateStatus status, List<MailCertificate> path, Instant validUntil) {
        this(status, path, validUntil, PathEvidence.NONE);
    }
}
