package org.postseal.gateway.road.fleet;

import java.security.PublicKey;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.PolicyTable.Epoch;
import org.postseal.gateway.road.fleet.PolicyTable.Report;
import org.postseal.gateway.road.fleet.PolicyTable.Signed;
import org.postseal.gateway.road.fleet.PolicyTable.Tried;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.PolicyTerm;

/**
 * Follows the epochs of a fleet's policy on one gateway. A thread with a connection of its own reads the table each
 * second. It has the next policy compiled and tested, writes what came of that, and has the policy put in force when
 * its epoch begins. Thread-safe.
 *
 * <p>When an epoch begins is written {@link PolicyTimes#lead} before, which is longer than {@link PolicyTimes#stale}.
 * So a gateway that has read the table lately enough to take mail knows of it. The database says how long it is until
 * then, and the monotonic clock of this machine measures that, so that clocks do not matter.
 */
public final class PolicyEpochs implements AutoCloseable {
    private final Postgres database;
    private final String node;
    private final Collection<PublicKey> signers;
    private final PolicyTimes times;
    private final PolicyBundle first;
    /** A time of {@link System#nanoTime}: what is known of the table is not older. */
    private volatile long read;
    /** The epoch by whose policy this gateway decides. */
    private volatile long inForce;

    private volatile Beginning beginning;
    private volatile Optional<Rounds> looks = Optional.empty();

    // Confined to the thread.
    private String sha256;
    private @Nullable Trying trying;
    private boolean isTold;

    /** Uses the policies that come from here. */
    public interface User {
        /**
         * Compiles and tests a policy, on a thread of its own. Nobody else hears of that before it is asked for.
         *
         * @param isSigned false if nobody who may do so has signed it, so that it must not be used
         */
        Prepared prepare(PolicyBundle bundle, boolean isSigned);

        /** Says that what was prepared last is not wanted any more. */
        void forget();

        /** Returns true if this gateway is to say nothing more under its name. */
        boolean isFenced();
    }

    /**
     * A policy that was compiled and tested.
     *
     * @param problem why it cannot be used; empty if it can
     * @param telling tells people what came of it
     * @param taking puts it in force, and returns false if that has to be tried again
     */
    public record Prepared(Optional<String> problem, Runnable telling, BooleanSupplier taking) {}

    /**
     * Says that from a time of {@link System#nanoTime} on, the policy of this epoch counts, and no other.
     *
     * @param epoch 0 if the database knows no policy
     */
    private record Beginning(long epoch, long at) {
        boolean isPast() {
            return System.nanoTime() - at >= 0;
        }
    }

    /** A policy that is being prepared, or was. */
    private record Trying(PolicyBundle bundle, FutureTask<Prepared> work, boolean isSigned) {
        Optional<Tried> result() {
            return switch (work.state()) {
                case RUNNING -> Optional.empty();
                case SUCCESS ->
                    Optional.of(new Tried(
                            bundle.epoch(), bundle.sha256(), work.resultNow().problem()));
                case FAILED, CANCELLED ->
                    Optional.of(new Tried(
                            bundle.epoch(), bundle.sha256(), Optional.of("cannot be tried: " + work.exceptionNow())));
            };
        }

        /** Puts the policy in force. Returns false if it cannot be used, or not now. */
        boolean take() {
            return isSigned
                    && work.state() == Future.State.SUCCESS
                    && work.resultNow().problem().isEmpty()
                    && work.resultNow().taking().getAsBoolean();
        }
    }

    private PolicyEpochs(
            Postgres database, String node, Collection<PublicKey> signers, PolicyTimes times, PolicyBundle first) {
        this.database = database;
        this.node = node;
        this.signers = signers;
        this.times = times;
        this.first = first;
        this.sha256 = first.sha256();
        this.inForce = first.epoch();
        this.read = System.nanoTime();
        this.beginning = new Beginning(first.epoch(), read);
    }

    /**
     * Reads the policy that counts.
     *
     * @param node the name of this gateway
     * @param signers the keys of those who may sign a policy
     * @throws JournalException if there is none that one of them has signed
     */
    public static PolicyEpochs open(Postgres database, String node, Collection<PublicKey> signers)
            throws JournalException {
        return open(database, node, signers, PolicyTimes.DEFAULT);
    }

    static PolicyEpochs open(Postgres database, String node, Collection<PublicKey> signers, PolicyTimes times)
            throws JournalException {
        long start = System.nanoTime();
        try (Sql sql = database.connect()) {
            PolicyTable.require(sql);
            List<Epoch> newest = PolicyTable.newest(sql);
            Optional<Epoch> counting = newest.stream().filter(Epoch::isCounting).findFirst();
            if (counting.isEmpty()) {
                throw new JournalException(
                        "the fleet has no policy that counts: see postseal fleet policy propose, and activate");
            }
            Signed found = PolicyTable.bundle(sql, counting.get().number()).orElseThrow();
            if (!found.bundle().isSigned(signers, found.signature())) {
                throw new JournalException("the policy of epoch "
                        + found.bundle().epoch() + " is not signed by one of fleet.policy.signers");
            }
            PolicyEpochs epochs = new PolicyEpochs(database, node, signers, times, found.bundle());
            epochs.know(newest, start);
            return epochs;
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }

    /** Returns the policy with which this gateway begins. */
    public PolicyBundle first() {
        return first;
    }

    /** Begins to follow. Without that, the terms of all policies are soon over. */
    public void follow(User user) {
        looks = Optional.of(new Rounds(
                database,
                "policy-" + node,
                "following the policy of the fleet",
                open -> {
                    if (user.isFenced()) {
                        close();
                    } else {
                        look(open, user);
                    }
                },
                this::pause));
    }

    /** Returns the term of the policy of this epoch. */
    public PolicyTerm term(long epoch) {
        return new PolicyTerm() {
            @Override
            public Optional<Long> epoch() {
                return Optional.of(epoch);
            }

            @Override
            public Optional<String> whyOver() {
                return PolicyEpochs.this.whyOver(epoch);
            }
        };
    }

    /** Says why this gateway takes no mail now; the result is empty if it does. */
    public Optional<String> fault() {
        return whyOver(inForce);
    }

    private Optional<String> whyOver(long epoch) {
        // A younger policy than that in force may decide: it is put in force before that is noted.
        Beginning known = beginning;
        if (epoch < inForce || (known.epoch() != epoch && known.isPast())) {
            return Optional.of("this gateway decides by epoch " + epoch + ", and epoch "
                    + (epoch < inForce ? inForce : known.epoch()) + " counts in the fleet");
        }
        long silent = System.nanoTime() - read;
        return silent > times.stale().toNanos()
                ? Optional.of("the epoch of the policy was last read "
                        + Duration.ofNanos(silent).toMillis() + " ms ago")
                : Optional.empty();
    }

    private void look(Sql open, User user) throws SQLException {
        long start = System.nanoTime();
        List<Epoch> newest = PolicyTable.newest(open);
        know(newest, start);
        Optional<Epoch> wanted = counting(newest)
                .filter(epoch -> epoch.number() > inForce)
                .or(() -> coming(newest))
                .or(() -> newest.stream()
                        .filter(epoch -> epoch.number() > inForce && epoch.due().isEmpty())
                        .findFirst());
        prepare(open, wanted.map(Epoch::number), user);
        // What ends while this is told is reported the next time, so that nothing is reported before it is told.
        Report report =
                new Report(node, inForce, sha256, Optional.ofNullable(trying).flatMap(Trying::result));
        tell();
        PolicyTable.report(open, report);
    }

    /** Takes in what the table said when it was asked at this time. */
    private void know(List<Epoch> newest, long asked) {
        long counts = counting(newest).map(Epoch::number).orElse(0L);
        beginning = coming(newest)
                .filter(_ -> counts == inForce)
                .map(epoch -> new Beginning(
                        epoch.number(), asked + epoch.due().orElseThrow().toNanos()))
                .orElseGet(() -> new Beginning(counts, asked));
        read = asked;
    }

    /** This gateway may have come to an epoch earlier than the others, by the time that an answer takes. */
    private Optional<Epoch> counting(List<Epoch> newest) {
        return newest.stream()
                .filter(epoch -> epoch.isCounting()
                        || (epoch.number() == inForce && epoch.due().isPresent()))
                .findFirst();
    }

    private Optional<Epoch> coming(List<Epoch> newest) {
        return newest.stream()
                .filter(epoch -> !epoch.isCounting()
                        && epoch.number() > inForce
                        && epoch.due().isPresent())
                .findFirst();
    }

    private void prepare(Sql open, Optional<Long> wanted, User user) throws SQLException {
        Trying before = trying;
        if (before != null && !wanted.equals(Optional.of(before.bundle().epoch()))) {
            trying = null;
            user.forget();
        }
        if (trying != null || wanted.isEmpty()) {
            return;
        }
        Optional<Signed> found = PolicyTable.bundle(open, wanted.get());
        found.ifPresent(signed -> {
            PolicyBundle bundle = signed.bundle();
            boolean isSigned = bundle.isSigned(signers, signed.signature());
            // Compiling takes seconds if the policy is large, and the table must be read meanwhile.
            FutureTask<Prepared> work = new FutureTask<>(() -> user.prepare(bundle, isSigned));
            Thread _ = Thread.ofVirtual().name("policy-" + bundle.epoch()).start(work);
            trying = new Trying(bundle, work, isSigned);
            isTold = false;
        });
    }

    /** What was withdrawn while it was compiled is told to nobody. */
    private void tell() {
        Trying now = trying;
        if (now != null && !isTold && now.work().state() == Future.State.SUCCESS) {
            isTold = true;
            now.work().resultNow().telling().run();
        }
    }

    /** Waits for the next look, and puts what was prepared in force when its epoch begins. */
    private void pause() throws InterruptedException {
        long end = System.nanoTime() + times.stale().dividedBy(LOOKS).toNanos();
        while (System.nanoTime() - end < 0) {
            takeDue();
            long now = System.nanoTime();
            Beginning known = beginning;
            long ahead = known.at() - now;
            Thread.sleep(Duration.ofNanos(
                    known.epoch() > inForce && ahead > 0 ? Math.min(end - now, ahead) : Math.min(end - now, TICK)));
        }
    }

    private void takeDue() {
        Beginning known = beginning;
        Trying prepared = trying;
        if (prepared != null && prepared.bundle().epoch() == known.epoch() && known.isPast() && prepared.take()) {
            sha256 = prepared.bundle().sha256();
            inForce = known.epoch();
            trying = null;
        }
    }

    @Override
    public void close() {
        looks.ifPresent(Rounds::close);
    }

    /** The table is read so many times in the time after which it would be stale. */
    private static final int LOOKS = 10;
    /** Nanoseconds after which is tried again what could not be put in force when its epoch began. */
    private static final long TICK = 500_000_000;
}
