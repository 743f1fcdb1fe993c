package org.postseal.certstore.path;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.path.ValidationRequest.Through;
import org.postseal.certstore.revocation.RevocationChecker;

/**
 * Says whether an end-entity certificate may be used, by its usage, its validity, its path to an anchor, and
 * revocation. Thread-safe. A good answer is remembered while every certificate of the path is valid and the revocation
 * information holds. A bad answer is not remembered, since another message may bring the missing intermediate.
 */
public final class PathValidator implements CertificateValidation {
    private static final CacheCount COUNT = CacheCount.of("paths");

    private final PathBuilder builder;
    private final IssuerLookup stored;
    private final PathRules rules;
    private final Optional<RevocationChecker> revocation;
    private final Optional<MissingIssuers> missing;
    private final Cache<Question, Answer> remembered =
            Caffeine.newBuilder().maximumSize(50_000).build();

    /**
     * Creates a validator without revocation, policies or fetching.
     *
     * @param anchors the trust anchors, whoever issued them
     * @param intermediates certificates that help to build paths and are never trusted by themselves
     */
    public PathValidator(Collection<MailCertificate> anchors, Collection<MailCertificate> intermediates) {
        this(anchors, intermediates, IssuerLookup.NONE, PathSettings.DEFAULTS, Optional.empty(), Optional.empty());
    }

    /**
     * Creates a validator.
     *
     * @param anchors the trust anchors, whoever issued them
     * @param intermediates certificates that help to build paths and are never trusted by themselves
     * @param stored finds further intermediates
     * @param revocation empty if revocation is never checked, whatever mode a request wants
     * @param fetcher needed if {@code settings} say that missing issuers are fetched
     */
    public PathValidator(
            Collection<MailCertificate> anchors,
            Collection<MailCertificate> intermediates,
            IssuerLookup stored,
            PathSettings settings,
            Optional<RevocationChecker> revocation,
            Optional<BoundedFetcher> fetcher) {
        this.builder = new PathBuilder(anchors, intermediates);
        this.stored = stored;
        this.rules = new PathRules(settings.policies());
        this.revocation = revocation;
        this.missing = settings.fetchIssuers() ? fetcher.map(MissingIssuers::new) : Optional.empty();
    }

    /**
     * Validates without checking revocation, otherwise like
     * {@link org.postseal.certstore.directory.CertificateStore#validate}.
     */
    public PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> helpers, CertificatePurpose purpose, Instant time) {
        return validate(new ValidationRequest(leaf, helpers, purpose, RevocationMode.OFF, time, Optional.empty()));
    }

    @Override
    public PathVerdict validate(ValidationRequest request) {
        Optional<CertificateStatus> refused = judgeAlone(request.leaf(), request.purpose(), request.time());
        if (refused.isPresent()) {
            return new PathVerdict(refused.get(), List.of(), changeOf(refused.get()));
        }
        Question question =
                new Question(request.leaf().id(), request.purpose(), request.revocation(), request.through());
        // Lists that come with a message may report a revocation that was not known before. They count for their own
        // message only.
        boolean isGeneral = request.lists().isEmpty() || request.revocation() == RevocationMode.OFF;
        Answer answer = isGeneral ? remembered.getIfPresent(question) : null;
        if (answer != null && answer.holdsAt(request.time())) {
            COUNT.hit();
            return new PathVerdict(new CertificateStatus.Usable(), answer.path(), answer.until(), answer.evidence());
        }
        if (isGeneral) {
            count(answer);
        }
        Inquiry inquiry = new Inquiry(request, builder, rules, revocation);
        Set<MailCertificate> helpers = new LinkedHashSet<>(request.helpers());
        PathBuilder.Found found = find(request, List.copyOf(helpers), inquiry);
        for (int level = 0; level < MAX_LOOKUPS && found.path().isEmpty(); level++) {
            boolean isMore = false;
            for (MailCertificate deadEnd : found.deadEnds()) {
                isMore |= helpers.addAll(stored.issuersOf(deadEnd));
            }
            // Issuers stored here cost less, and looking them up tells no server what we ask about.
            boolean mayFetch = missing.isPresent() && !request.isQuiet();
            if (!isMore && (!mayFetch || !helpers.addAll(missing.get().of(found.deadEnds())))) {
                break;
            }
            inquiry.help(List.copyOf(helpers));
            found = find(request, List.copyOf(helpers), inquiry);
            if (!isMore) {
                break;
            }
        }
        if (found.path().isEmpty()) {
            CertificateStatus status = found.complaint().orElseThrow();
            return new PathVerdict(status, List.of(), changeOf(status, inquiry), inquiry.evidence());
        }
        Answer made = Answer.of(found.path(), inquiry);
        // An answer to a request that may not ask servers is not remembered, since the next request may be allowed to
        // ask.
        if (isGeneral && !request.isQuiet()) {
            remembered.put(question, made);
        }
        return new PathVerdict(new CertificateStatus.Usable(), made.path(), made.until(), made.evidence());
    }

    private static void count(@Nullable Answer outOfDate) {
        if (outOfDate == null) {
            COUNT.miss();
        } else {
            COUNT.expire();
        }
    }

    /**
     * Returns the intermediates from {@code leaf} up to an anchor, whatever the time, or an empty list if there is no
     * path.
     */
    public List<MailCertificate> intermediates(MailCertificate leaf) {
        List<MailCertificate> path = builder.find(leaf, List.of(), builder::isAnchor, _ -> Optional.empty())
                .path();
        return path.size() < 2 ? List.of() : path.subList(1, path.size() - 1);
    }

    private PathBuilder.Found find(ValidationRequest request, List<MailCertificate> helpers, Inquiry inquiry) {
        Through through = request.through().orElse(null);
        if (through == null) {
            return builder.find(request.leaf(), helpers, builder::isAnchor, inquiry::complaint);
        }
        List<MailCertificate> all = new ArrayList<>(helpers);
        all.add(through.authority());
        Predicate<MailCertificate> isEnd = through.isAnchor()
                ? each -> builder.isAnchor(each) || each.equals(through.authority())
                : builder::isAnchor;
        return builder.find(
                request.leaf(),
                all,
                isEnd,
                path -> path.subList(1, path.size()).contains(through.authority())
                        ? inquiry.complaint(path)
                        : Optional.of(new CertificateStatus.Untrusted(
                                ValidationCode.UNTRUSTED_ISSUER, "path does not lead through the issuer asked for")));
    }

    private static Optional<CertificateStatus> judgeAlone(
            MailCertificate leaf, CertificatePurpose purpose, Instant time) {
        Optional<String> wrongUsage = leaf.whyNot(purpose);
        if (wrongUsage.isPresent()) {
            return Optional.of(new CertificateStatus.WrongUsage(wrongUsage.get()));
        }
        if (time.isBefore(leaf.notBefore())) {
            return Optional.of(new CertificateStatus.NotYetValid(leaf.notBefore()));
        }
        if (time.isAfter(leaf.notAfter())) {
            return Optional.of(new CertificateStatus.Expired(leaf.notAfter()));
        }
        return leaf.weakness().map(why -> new CertificateStatus.Untrusted(ValidationCode.INFORMATION_MISSING, why));
    }

    private static Instant changeOf(CertificateStatus status) {
        return status instanceof CertificateStatus.NotYetValid(Instant notBefore) ? notBefore : Instant.MAX;
    }

    private static Instant changeOf(CertificateStatus status, Inquiry inquiry) {
        return status instanceof CertificateStatus.Untrusted ? Instant.MAX : inquiry.until();
    }

    private record Question(
            CertificateId leaf, CertificatePurpose purpose, RevocationMode revocation, Optional<Through> through) {}

    /** A path and the time during which all of it is valid. */
    private record Answer(List<MailCertificate> path, Instant from, Instant until, PathEvidence evidence) {
        static Answer of(List<MailCertificate> path, Inquiry inquiry) {
            Instant from = path.stream()
                    .map(MailCertificate::notBefore)
                    .max(Instant::compareTo)
                    .orElseThrow();
            Instant end = path.stream()
                    .map(MailCertificate::notAfter)
                    .min(Instant::compareTo)
                    .orElseThrow();
            return new Answer(
                    path,
                    inquiry.earliest(from),
                    inquiry.until().isBefore(end) ? inquiry.until() : end,
                    inquiry.evidence());
        }

        boolean holdsAt(Instant time) {
            return !time.isBefore(from) && !time.isAfter(until);
        }
    }

    private static final int MAX_LOOKUPS = 4;
}
