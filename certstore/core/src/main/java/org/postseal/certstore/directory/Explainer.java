package org.postseal.certstore.directory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateExplanation.Asked;
import org.postseal.certstore.directory.CertificateExplanation.Beaten;
import org.postseal.certstore.directory.CertificateExplanation.Line;
import org.postseal.certstore.directory.CertificateExplanation.Outcome;
import org.postseal.certstore.directory.CertificateExplanation.Reply;
import org.postseal.certstore.source.Candidate;

/**
 * Runs the search as if every source were asked, and notes where the real search would have ended. One instance serves
 * one question.
 */
final class Explainer {
    private final Sources sources;
    private final Judge judge;
    private final SigningPreferences preferences;
    private final SelectionRules rules;
    private final List<Asked> asked = new ArrayList<>();
    private final List<Judged<?>> usable = new ArrayList<>();
    private final List<Judged<?>> reached = new ArrayList<>();
    private final List<Judged<KeyHandle>> keys = new ArrayList<>();
    private boolean isOver;
    private Optional<Outcome> unavailable = Optional.empty();

    Explainer(Sources sources, Judge judge, SigningPreferences preferences, SelectionRules rules) {
        this.sources = sources;
        this.judge = judge;
        this.preferences = preferences;
        this.rules = rules;
    }

    CertificateExplanation explain(Judge.Wanted wanted) {
        Optional<CertificateStatus> refused = judge.whyNotAtAll(wanted.address());
        isOver = refused.isPresent();
        switch (wanted.purpose()) {
            case ENCRYPT -> sources.certificates().forEach(source -> certificates(source, wanted));
            case SIGN -> {
                sources.keys().forEach(source -> keys(source, wanted));
                endIfUndecided(keys, wanted);
            }
        }
        Outcome outcome = refused.<Outcome>map(Outcome.NoneUsable::new)
                .or(() -> unavailable)
                .orElseGet(() -> outcome(wanted.purpose()));
        return new CertificateExplanation(wanted.address(), wanted.purpose(), wanted.time(), asked, outcome);
    }

    private void certificates(AskedSource<Candidate> source, Judge.Wanted wanted) {
        if (!sources.covers(source, wanted.address())) {
            asked.add(new Asked(source.name(), false, new Reply.NotCovered()));
            return;
        }
        ask(source, wanted.address()).ifPresent(answer -> {
            boolean isReached = !isOver;
            List<Line> lines = new ArrayList<>();
            for (List<Offer<MailCertificate>> tier : Offer.tiers(Sources.offers(source, answer.items()))) {
                boolean isTierReached = !isOver;
                List<Judged<MailCertificate>> judged = judged(tier, wanted, isTierReached);
                judged.forEach(each -> lines.add(line(each, isTierReached)));
                endIfUndecided(judged, wanted);
                isOver |= rules.outlookStrictPrecedence() || judged.stream().anyMatch(Judged::isUsable);
            }
            asked.add(new Asked(source.name(), isReached, new Reply.Answered(answer.isStale(), lines)));
        });
    }

    private void keys(AskedSource<KeyHandle> source, Judge.Wanted wanted) {
        ask(source, wanted.address()).ifPresent(answer -> {
            List<Line> lines = new ArrayList<>();
            List<Judged<KeyHandle>> judged =
                    judged(Sources.offers(source, answer.items(), preferences, wanted.address()), wanted, !isOver);
            judged.forEach(each -> lines.add(line(each, !isOver)));
            keys.addAll(judged);
            asked.add(new Asked(source.name(), !isOver, new Reply.Answered(answer.isStale(), lines)));
        });
    }

    private <T> Optional<Answer<T>> ask(AskedSource<T> source, MailAddress address) {
        try {
            return Optional.of(source.answer(address, false));
        } catch (StoreUnavailableException e) {
            String why = String.valueOf(e.getMessage());
            asked.add(new Asked(source.name(), !isOver, new Reply.Failed(why)));
            if (!isOver) {
                unavailable = Optional.of(new Outcome.Unavailable(source.name(), why));
                isOver = true;
            }
            return Optional.empty();
        }
    }

    private <T> void endIfUndecided(List<Judged<T>> judged, Judge.Wanted wanted) {
        Optional<Judged<T>> undecided = Judged.undecided(judged, wanted.purpose());
        if (undecided.isPresent() && !isOver) {
            Judged<T> each = undecided.get();
            unavailable = Optional.of(new Outcome.Unavailable(each.offer().source(), each.outage()));
            isOver = true;
        }
    }

    private <T> List<Judged<T>> judged(List<Offer<T>> offers, Judge.Wanted wanted, boolean isReached) {
        List<Judged<T>> judged = new ArrayList<>();
        offers.forEach(offer -> judged.add(judge.judge(offer, wanted)));
        judged.sort(Judged.bestFirst(wanted.purpose()));
        judged.stream().filter(Judged::isUsable).forEach(usable::add);
        if (isReached) {
            reached.addAll(judged);
        }
        return judged;
    }

    private Outcome outcome(CertificatePurpose purpose) {
        Comparator<Judged<?>> order = Judged.bestFirst(purpose);
        Judged<?> best = reached.stream().min(order).orElse(null);
        if (best == null) {
            return new Outcome.NoneUsable(new CertificateStatus.Missing());
        }
        if (!best.isUsable()) {
            return new Outcome.NoneUsable(best.status());
        }
        // The same certificate from another source was not beaten.
        Optional<Judged<?>> next = usable.stream()
                .filter(each -> !each.certificate().equals(best.certificate()))
                .min(order);
        return new Outcome.Chosen(
                best.offer().source(),
                line(best, true),
                next.map(each -> new Beaten(
                        each.offer().source(), line(each, reached.contains(each)), by(purpose, best, each))));
    }

    private static Criterion by(CertificatePurpose purpose, Judged<?> best, Judged<?> next) {
        return Criterion.of(purpose).stream()
                .filter(criterion -> criterion.order().compare(best, next) < 0)
                .findFirst()
                .orElse(Criterion.LOWEST_ID);
    }

    private static Line line(Judged<?> judged, boolean isReached) {
        MailCertificate certificate = judged.certificate();
        Candidate candidate = judged.offer().candidate();
        Optional<CertificateExplanation.KeyKind> key = judged.offer().item() instanceof KeyHandle handle
                ? Optional.of(
                        handle.isHardware()
                                ? CertificateExplanation.KeyKind.HARDWARE
                                : CertificateExplanation.KeyKind.SOFT)
                : Optional.empty();
        return new Line(
                certificate.id(),
                certificate.x509().getSubjectX500Principal().toString(),
                certificate.addresses(),
                certificate.notBefore(),
                certificate.notAfter(),
                candidate.origin(),
                candidate.tier(),
                candidate.isFlagged(),
                judged.isExact(),
                isReached,
                key,
                judged.status());
    }
}
