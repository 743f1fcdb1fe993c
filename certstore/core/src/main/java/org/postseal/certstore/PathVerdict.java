package org.postseal.certstore;

import java.time.Instant;
import java.util.List;

/**
 * What the validation of a path found (RFC 5280 §6).
 *
 * @param status whether the leaf may be used
 * @param path leaf first, anchor last; empty unless usable
 * @param validUntil when it must be asked again, should nothing else change before
 * @param evidence what it rests on
 */
public record PathVerdict(
        CertificateStatus status, List<MailCertificate> path, Instant validUntil, PathEvidence evidence) {
    /** A verdict that rests on nothing that could be shown. */
    public PathVerdict(CertificateStatus status, List<MailCertificate> path, Instant validUntil) {
        this(status, path, validUntil, PathEvidence.NONE);
    }
}
