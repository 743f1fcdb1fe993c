package org.postseal.certstore.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;

/**
 * A choice with the time span in which it holds. The span depends on the time that the choice was made for, and on the
 * age of the answers it is based on. Thread-safe.
 */
final class Held<T> {
    private final CertificateChoice<T> choice;
    private final Instant madeFor;
    private final Instant from;
    private final Instant until;
    private final long untilTick;
    private final long refreshTick;
    private final AtomicBoolean isRefreshing = new AtomicBoolean();

    private Held(CertificateChoice<T> choice, Instant madeFor, Instant until, long untilTick, long refreshTick) {
        this.choice = choice;
        this.madeFor = madeFor;
        this.from = madeFor.minus(TOLERANCE);
        this.until = until;
        this.untilTick = untilTick;
        this.refreshTick = refreshTick;
    }

    CertificateChoice<T> choice() {
        return choice;
    }

    /**
     * Returns true if the certificates allow this choice for {@code time}. The age of the answers does not matter here.
     */
    boolean isFor(Instant time) {
        return !time.isBefore(from) && time.isBefore(until);
    }

    /**
     * Returns true if the choice holds for {@code time}. It also returns true if the choice was made for exactly this
     * time and must be made again at once.
     */
    boolean answers(Instant time) {
        return isFor(time) || time.equals(madeFor);
    }

    boolean isFresh(long now) {
        return now - untilTick < 0;
    }

    /** Returns true once, when the choice should be made again in the background. */
    boolean startsRefresh(long now) {
        return now - refreshTick >= 0 && isRefreshing.compareAndSet(false, true);
    }

    /** Gathers what a choice is based on. */
    static final class Making<T> {
        private final Judge.Wanted wanted;
        private final List<Judged<T>> judged = new ArrayList<>();
        private Instant until = Instant.MAX;
        private long untilTick;
        private long refreshTick;

        /**
         * Starts a choice.
         *
         * @param latest when the choice ends if nothing it is based on ends before
         */
        Making(Judge.Wanted wanted, long latest) {
            this.wanted = wanted;
            this.untilTick = latest;
            this.refreshTick = latest;
        }

        void restsOn(Answer<?> answer) {
            untilTick = earlier(untilTick, answer.until());
            refreshTick = earlier(refreshTick, answer.refreshAt());
        }

        void restsOn(List<Judged<T>> all) {
            judged.addAll(all);
            for (Judged<T> each : all) {
                until = each.until().isBefore(until) ? each.until() : until;
            }
        }

        boolean hasUsable() {
            return judged.stream().anyMatch(Judged::isUsable);
        }

        /**
         * Makes the choice from those certificates that {@code wanted} accepts. The others affect only how long it
         * holds.
         */
        Held<T> madeOf(Predicate<MailCertificate> wanted) {
            judged.removeIf(each -> !wanted.test(each.certificate()));
            return made();
        }

        Held<T> made() {
            judged.sort(Judged.bestFirst(wanted.purpose()));
            List<CertificateChoice.Considered> considered =
                    judged.stream().map(Judged::considered).toList();
            if (judged.isEmpty()) {
                return held(new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), considered));
            }
            Judged<T> best = judged.getFirst();
            return held(
                    best.isUsable()
                            ? new CertificateChoice.Chosen<>(best.offer().item(), considered)
                            : new CertificateChoice.NoneUsable<>(best.status(), considered));
        }

        Held<T> refused(CertificateStatus status) {
            return held(new CertificateChoice.NoneUsable<>(status, List.of()));
        }

        private Held<T> held(CertificateChoice<T> choice) {
            return new Held<>(choice, wanted.time(), until, untilTick, refreshTick);
        }

        private static long earlier(long one, long other) {
            return one - other <= 0 ? one : other;
        }
    }

    // Messages may arrive here in another order than the one in which they read the clock.
    private static final Duration TOLERANCE = Duration.ofSeconds(2);
}
