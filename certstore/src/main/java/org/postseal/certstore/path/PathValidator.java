package org.postseal.certstore.path;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.CertificateStore.PathVerdict;
import org.postseal.certstore.MailCertificate;

/**
 * Says whether an end-entity certificate may be used: usage, validity, path to one of its anchors. Thread-safe. Remembers good answers for as long as
 * every certificate of the path is valid; bad ones are worked out anew, since another message may bring the missing intermediate.
 */
public final class PathValidator {
    private final PathBuilder builder;
    private final Cache<Question, Answer> remembered =
            Caffeine.newBuilder().maximumSize(50_000).build();

    /**
     * @param anchors trusted, whoever issued them
     * @param intermediates help to build, are never trusted by themselves
     */
    public PathValidator(Collection<MailCertificate> anchors, Collection<MailCertificate> intermediates) {
        this.builder = new PathBuilder(anchors, intermediates);
    }

    /** As {@link org.postseal.certstore.CertificateStore#validate}. */
    public PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> helpers, CertificatePurpose purpose, Instant time) {
        Optional<CertificateStatus> refused = judgeAlone(leaf, purpose, time);
        if (refused.isPresent()) {
            return new PathVerdict(refused.get(), List.of(), changeOf(refused.get()));
        }
        Question question = new Question(leaf.id(), purpose);
        Answer answer = remembered.getIfPresent(question);
        if (answer != null && answer.holdsAt(time)) {
            return new PathVerdict(new CertificateStatus.Usable(), answer.path(), answer.until());
        }
        PathBuilder.Found found = builder.find(leaf, helpers, path -> PathRules.complaint(path, time));
        if (found.path().isEmpty()) {
            return new PathVerdict(new CertificateStatus.Untrusted(found.complaint()), List.of(), Instant.MAX);
        }
        Answer made = Answer.of(found.path());
        remembered.put(question, made);
        return new PathVerdict(new CertificateStatus.Usable(), made.path(), made.until());
    }

    /** The intermediates from {@code leaf} up to an anchor, whatever the time; empty when there is no way. */
    public List<MailCertificate> intermediates(MailCertificate leaf) {
        List<MailCertificate> path = builder.find(leaf, List.of(), _ -> null).path();
        return path.size() < 2 ? List.of() : path.subList(1, path.size() - 1);
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
        return leaf.weakness().map(CertificateStatus.Untrusted::new);
    }

    private static Instant changeOf(CertificateStatus status) {
        return status instanceof CertificateStatus.NotYetValid(Instant notBefore) ? notBefore : Instant.MAX;
    }

    private record Question(CertificateId leaf, CertificatePurpose purpose) {}

    /** A path and the time during which all of it is valid. */
    private record Answer(List<MailCertificate> path, Instant from, Instant until) {
        static Answer of(List<MailCertificate> path) {
            return new Answer(
                    path,
                    path.stream()
                            .map(MailCertificate::notBefore)
                            .max(Instant::compareTo)
                            .orElseThrow(),
                    path.stream()
                            .map(MailCertificate::notAfter)
                            .min(Instant::compareTo)
                            .orElseThrow());
        }

        boolean holdsAt(Instant time) {
            return !time.isBefore(from) && !time.isAfter(until);
        }
    }
}
