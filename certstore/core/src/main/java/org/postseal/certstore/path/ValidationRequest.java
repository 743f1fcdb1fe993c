package org.postseal.certstore.path;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.revocation.RevocationList;

/**
 * A request to {@link CertificateValidation}.
 *
 * @param helpers certificates that help to build a path and are never trusted
 * @param lists revocation lists that came with the message; they count as far as they are newer than ours
 * @param revocation how strictly an unknown revocation status is treated
 * @param time the time at which the certificate is judged
 * @param through an issuer that must be in the path; empty for any path to an anchor
 * @param isQuiet whether no server is asked, whatever address a certificate names, so that only present information
 *     counts
 */
public record ValidationRequest(
        MailCertificate leaf,
        List<MailCertificate> helpers,
        List<RevocationList> lists,
        CertificatePurpose purpose,
        RevocationMode revocation,
        Instant time,
        Optional<Through> through,
        boolean isQuiet) {
    public ValidationRequest {
        helpers = List.copyOf(helpers);
        lists = List.copyOf(lists);
    }

    /** Creates a request that allows asking servers. */
    public ValidationRequest(
            MailCertificate leaf,
            List<MailCertificate> helpers,
            List<RevocationList> lists,
            CertificatePurpose purpose,
            RevocationMode revocation,
            Instant time,
            Optional<Through> through) {
        this(leaf, helpers, lists, purpose, revocation, time, through, false);
    }

    /** Creates a request without revocation lists. */
    public ValidationRequest(
            MailCertificate leaf,
            List<MailCertificate> helpers,
            CertificatePurpose purpose,
            RevocationMode revocation,
            Instant time,
            Optional<Through> through) {
        this(leaf, helpers, List.of(), purpose, revocation, time, through);
    }

    /** Returns the same request with the demand that no server learns of it. */
    public ValidationRequest asQuiet() {
        return new ValidationRequest(leaf, helpers, lists, purpose, revocation, time, through, true);
    }

    /**
     * An issuer that must be in the path (RFC 8162, usages 0 and 2).
     *
     * @param isAnchor whether the path may end there, whatever our anchors are
     */
    public record Through(MailCertificate authority, boolean isAnchor) {}
}
