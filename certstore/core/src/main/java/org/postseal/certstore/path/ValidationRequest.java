package org.postseal.certstore.path;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.revocation.RevocationList;

/**
 * One question to {@link CertificateValidation}.
 *
 * @param helpers help to build a path, are never trusted
 * @param lists revocation lists that came with the message; they count as far as they are newer than ours
 * @param revocation how much not knowing counts
 * @param time to judge at
 * @param through an issuer that must be in the path; empty for any path to an anchor
 * @param isQuiet nobody is asked, whatever address a certificate names: what is at hand decides
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

    /** One for which may be asked. */
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

    /** Without revocation lists. */
    public ValidationRequest(
            MailCertificate leaf,
            List<MailCertificate> helpers,
            CertificatePurpose purpose,
            RevocationMode revocation,
            Instant time,
            Optional<Through> through) {
        this(leaf, helpers, List.of(), purpose, revocation, time, through);
    }

    /** The same question, and nobody outside learns that it was put. */
    public ValidationRequest asQuiet() {
        return new ValidationRequest(leaf, helpers, lists, purpose, revocation, time, through, true);
    }

    /**
     * An issuer that must be in the path (RFC 8162, usages 0 and 2).
     *
     * @param isAnchor true when the path may end there, whatever our anchors are
     */
    public record Through(MailCertificate authority, boolean isAnchor) {}
}
