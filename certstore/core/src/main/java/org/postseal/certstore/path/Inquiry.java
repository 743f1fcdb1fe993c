package org.postseal.certstore.path;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.revocation.IssuerFinder;
import org.postseal.certstore.revocation.RevocationAnswer;
import org.postseal.certstore.revocation.RevocationChecker;

/**
 * Judges the paths that are found for one request, and remembers how long the revocation information holds. Confined to
 * one thread.
 */
final class Inquiry implements IssuerFinder {
    /** The most paths of one certificate whose revocation is checked, since each may cost fetches. */
    private static final int MAX_ASKED = 3;

    private final ValidationRequest request;
    private final PathBuilder builder;
    private final PathRules rules;
    private final Optional<RevocationChecker> revocation;
    private List<MailCertificate> helpers;
    private Instant until = Instant.MAX;
    private PathEvidence evidence = PathEvidence.NONE;
    private int asked;
    private Optional<CertificateStatus> leafRevoked = Optional.empty();

    Inquiry(ValidationRequest request, PathBuilder builder, PathRules rules, Optional<RevocationChecker> revocation) {
        this.request = request;
        this.builder = builder;
        this.rules = rules;
        this.revocation = revocation;
        this.helpers = request.helpers();
    }

    /** Sets the certificates that further paths may be built from. */
    void help(List<MailCertificate> more) {
        helpers = more;
    }

    /** Returns what is wrong with {@code path}, or empty if it may be used. */
    Optional<CertificateStatus> complaint(List<MailCertificate> path) {
        // Revocation is checked only for a path that is otherwise in order: then issuers that we trust wrote the
        // addresses in it.
        return rules.complaint(path, request.time()).or(() -> revoked(path));
    }

    private Optional<CertificateStatus> revoked(List<MailCertificate> path) {
        if (request.revocation() == RevocationMode.OFF) {
            evidence = without(path, "revocation is not asked for");
            return Optional.empty();
        }
        if (leafRevoked.isPresent()) {
            // The key that signed the leaf also revoked it, so it is revoked on every path. Another path must not be
            // taken because its revocation status is unknown.
            return leafRevoked;
        }
        RevocationAnswer answer;
        if (revocation.isEmpty()) {
            answer = new RevocationAnswer.Unknown("revocation checking is not set up");
            evidence = without(path, "revocation checking is not set up");
        } else if (asked++ >= MAX_ASKED) {
            return Optional.of(new CertificateStatus.Untrusted(
                    ValidationCode.INTERNAL, "more than " + MAX_ASKED + " paths to ask about"));
        } else {
            RevocationChecker.Checked checked =
                    revocation.get().check(path, request.lists(), this, request.time(), request.isQuiet());
            answer = checked.answer();
            evidence = checked.evidence();
        }
        boolean isSoft = request.revocation() == RevocationMode.SOFT;
        return switch (answer) {
            case RevocationAnswer.Good(Instant end) -> {
                until = end;
                yield Optional.empty();
            }
            case RevocationAnswer.Revoked revoked -> {
                until = revoked.until();
                if (revoked.index() > 0) {
                    yield Optional.of(new CertificateStatus.IssuerRevoked(revoked.at(), revoked.reason()));
                }
                leafRevoked = Optional.of(new CertificateStatus.Revoked(revoked.at(), revoked.reason()));
                yield leafRevoked;
            }
            case RevocationAnswer.Offline(String why) -> {
                until = soon();
                yield isSoft ? Optional.empty() : Optional.of(new CertificateStatus.RevocationOffline(why));
            }
            case RevocationAnswer.Unknown(String why) -> {
                until = soon();
                yield isSoft ? Optional.empty() : Optional.of(new CertificateStatus.RevocationUnknown(why));
            }
        };
    }

    private static PathEvidence without(List<MailCertificate> path, String why) {
        return new PathEvidence(path.stream()
                .map(each -> new PathEvidence.Part(
                        each,
                        List.of(new PathEvidence.Revocation.Unanswered(
                                each.equals(path.getLast()) ? "trust anchor" : why))))
                .toList());
    }

    /** Returns what was known about the last path whose revocation was checked. */
    PathEvidence evidence() {
        return evidence;
    }

    /** Returns how long the last judgement holds as far as revocation is concerned. */
    Instant until() {
        return until;
    }

    /**
     * Returns the first instant for which the last answer holds. Revocation information is about now, so it does not
     * hold for the past.
     */
    Instant earliest(Instant valid) {
        return request.revocation() == RevocationMode.OFF || request.time().isBefore(valid) ? valid : request.time();
    }

    private Instant soon() {
        return revocation
                .map(checker -> request.time().plus(checker.patience()))
                .orElse(Instant.MAX);
    }

    @Override
    public List<MailCertificate> named(X500Name name) {
        return builder.named(name, helpers);
    }

    @Override
    public Optional<List<MailCertificate>> path(MailCertificate certificate, MailCertificate anchor) {
        List<MailCertificate> path = builder.find(
                        certificate, helpers, anchor::equals, each -> rules.complaint(each, request.time()))
                .path();
        return path.isEmpty() ? Optional.empty() : Optional.of(path);
    }
}
