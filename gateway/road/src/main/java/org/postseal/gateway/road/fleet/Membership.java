package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.NodeRows.Found;
import org.postseal.gateway.road.fleet.NodeRows.Heard;
import org.postseal.gateway.road.journal.JournalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process in the table of nodes. A thread with a connection of its own writes again and again that the node is
 * alive and how it is, and reads what the fleet says to it. Thread-safe.
 *
 * <p>Times in the table are of the database's clock. How old the last answer of the database is, the monotonic clock of
 * this machine says.
 *
 * <p>If the table has a younger process of this name, that one fences this one for ever. If it has an older one or
 * none, or an older beat than this one has written, then the database has lost what was committed: it was restored from
 * a backup, and the whole fleet holds mail until an administrator lets it go on; or it lost no more than the last
 * seconds, as an asynchronous failover does, and this process joins anew at once.
 *
 * <p>The class is long because it also has the records in which nodes speak of themselves.
 */
public final class Membership implements AutoCloseable {
    private final Postgres database;
    private final Self self;
    private final Lease lease;
    private final InstantSource clock;
    private volatile Optional<Rounds> beats = Optional.empty();
    /** What the table had of an earlier process. */
    private final Found before;

    private volatile Node node;
    /** A new start of this process, which the table may have although nobody heard the answer to its commit. */
    private Optional<Node> joining = Optional.empty();
    /** A time of {@link System#nanoTime} at which this process joined. */
    private volatile long joined;
    /** A time of {@link System#nanoTime}: the table has a time of this node that is not older. */
    private volatile long alive;

    private volatile Heard heard;
    private final ClockDistance ahead = new ClockDistance();
    private volatile Report reported;
    private volatile Supplier<Report> reports = () -> reported;
    private Thread reporter = Thread.ofVirtual().unstarted(() -> {});
    private volatile Optional<Kept> kept = Optional.empty();
    private volatile OnBeat onBeat = (_, _) -> {};
    /** How often the database has lost what this process had written. */
    private final AtomicLong losses = new AtomicLong();
    /** How often what this process knows was to be brought again, and how many of these times it was. */
    private final AtomicLong wanted = new AtomicLong();

    private volatile long brought;

    private volatile boolean isFenced;
    private Optional<Fault.Kind> logged = Optional.empty();

    /**
     * Says how long a node that is not heard of keeps its rows.
     *
     * @param length for so long a node counts as alive
     * @param grace for so long after that, nobody takes its rows, so that it can come back and say what it knows
     */
    public record Lease(Duration length, Duration grace) {
        public static final Lease DEFAULT = new Lease(Duration.ofSeconds(10), Duration.ofMinutes(2));

        /** Returns the time after which others may take the rows of a node. */
        Duration end() {
            return length.plus(grace);
        }
    }

    /**
     * One process of a node.
     *
     * @param isNew true if no earlier process of this name has been in the fleet
     * @param started in microseconds of the database's clock; two processes of one name and incarnation can be there
     * only if the database has lost one of them
     */
    record Node(String name, long incarnation, boolean isNew, long started) {}

    /**
     * What a node brings to the fleet.
     *
     * @param name the name of this node, which no other node has
     * @param version of the program, for people
     * @param secrets fingerprints of what must be the same on all nodes, by the names of the settings
     */
    public record Self(String name, String version, Map<String, String> secrets) {}

    /**
     * What a node tells the others.
     *
     * @param policy the SHA-256 of the policy in force
     * @param secrets as they are now
     * @param fault why the gateway is not ready, apart from what the fleet itself says
     */
    public record Report(String policy, Map<String, String> secrets, Optional<String> fault) {}

    /**
     * What the table has of a node.
     *
     * @param fault why it takes no mail; an empty string if it does
     * @param clock how far its clock is ahead of the database's, in milliseconds
     * @param isIdle true if the node knows that it is drained, and no message is on its way
     */
    public record Said(String policy, Map<String, String> secrets, String fault, long clock, boolean isIdle) {}

    /** How many nodes there are in each state. A drained node is counted as drained whether it runs or not. */
    public record Counts(long ready, long notReady, long drained, long away) {}

    /** Why this node takes no mail. */
    public record Fault(Kind kind, String text) {
        /** The kinds, in the order in which they are named if there are several. */
        public enum Kind {
            /** A younger process has the name of this one. */
            FENCED,
            /** The database does not answer. */
            DATABASE,
            /** All nodes hold mail, since the database has lost what it had. */
            HELD,
            /** This node has other secrets than the fleet. */
            SECRETS,
            /** The clock of this node is wrong. */
            CLOCK,
            /** An administrator has taken this node out. */
            DRAINED
        }
    }

    /** What this process knows of messages. */
    interface Kept {
        /** Returns how many messages are on their way. */
        int onTheirWay();

        /** Hears that the database had lost nothing at this time of {@link System#nanoTime}. */
        void nothingLost(long time);

        /** Brings to the database what it may have lost. */
        void bringAgain(Sql sql) throws SQLException, IOException;
    }

    /** Hears of each beat that the database has taken. */
    interface OnBeat {
        /** @param suspects changes whenever the table of suspects does */
        void heard(Sql sql, long suspects) throws SQLException;
    }

    private Membership(Postgres database, Self self, Lease lease, InstantSource clock, Sql open) throws SQLException {
        this.database = database;
        this.self = self;
        this.lease = lease;
        this.clock = clock;
        this.before = NodeRows.find(open, self.name());
        this.node = NodeRows.join(open, self, 0, lease);
        this.joined = System.nanoTime();
        this.alive = joined;
        this.heard = nothing(node, 0);
        this.reported = new Report("", self.secrets(), Optional.of("starting"));
    }

    private static Heard nothing(Node node, long epoch) {
        return new Heard(
                node.started(),
                node.started(),
                false,
                epoch,
                Optional.empty(),
                Optional.empty(),
                0,
                new Counts(0, 0, 0, 0));
    }

    /**
     * Makes the tables if there are none, and enters this process into the table of nodes. An older process of the same
     * name is fenced by that.
     *
     * @param clock of this machine, which is compared with that of the database
     * @throws JournalException if the database cannot be reached, or fails
     * @throws IOException if this program may not use the tables
     */
    public static Membership join(Postgres database, Self self, Lease lease, InstantSource clock) throws IOException {
        try (Sql open = database.connect()) {
            FleetSchema.apply(open);
            NodeRows.register(open, self.secrets());
            Membership membership = new Membership(database, self, lease, clock, open);
            membership.beat(open);
            membership.begin();
            return membership;
        } catch (SQLException e) {
            throw failed(database, e);
        }
    }

    Node node() {
        return node;
    }

    Lease lease() {
        return lease;
    }

    Postgres database() {
        return database;
    }

    /** Lets the node say from now on how it is. The supplier may wait: it is asked by a thread of its own. */
    public void reporting(Supplier<Report> supplier) {
        reports = supplier;
    }

    void keeping(Kept messages) {
        kept = Optional.of(messages);
    }

    /** Returns what the next process of this node must find in the database, unless that has lost it. */
    Confirmed confirmed() {
        Heard now = heard;
        return new Confirmed(node.name(), now.epoch(), now.alive());
    }

    /** Returns a number that is another one after the database has lost something. */
    long losses() {
        return losses.get();
    }

    /** Takes no mail until what this process knows was brought to the database again. */
    void bringAgain() {
        wanted.incrementAndGet();
    }

    void onBeat(OnBeat listener) {
        onBeat = listener;
    }

    /** Returns how far the clock of this machine is ahead of the database's, without what the network may explain. */
    public Duration clockDistance() {
        return ahead.distance();
    }

    /** Returns how long ago this node asked for the last answer of the database. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - alive);
    }

    /** Returns how the nodes of the fleet were at the last beat. */
    public Counts nodes() {
        return heard.nodes();
    }

    /** Says why this node takes no new mail; the result is empty if it does. */
    public Optional<Fault> fault() {
        Optional<Fault> grave = grave();
        if (grave.isPresent()) {
            return grave;
        }
        Heard now = heard;
        if (now.differing().isPresent()) {
            return fault(
                    Fault.Kind.SECRETS,
                    "this node has another secret than the fleet in "
                            + now.differing().get());
        }
        if (ahead.isTooMuch()) {
            return fault(Fault.Kind.CLOCK, ahead.toString());
        }
        return now.isDrained() ? fault(Fault.Kind.DRAINED, "this node is drained") : Optional.empty();
    }

    /** Says why not even a message that is on its way may be sent. */
    private Optional<Fault> grave() {
        if (isFenced) {
            return fault(
                    Fault.Kind.FENCED,
                    "a younger process with the name of this node, " + node.name()
                            + ", has started: this one takes no more mail");
        }
        if (brought != wanted.get()) {
            return fault(
                    Fault.Kind.DATABASE,
                    "the database of the fleet has lost what it had, and does not have yet what this node knows");
        }
        if (silence().compareTo(lease.length().dividedBy(2)) > 0) {
            return fault(
                    Fault.Kind.DATABASE,
                    "the database of the fleet has not answered for "
                            + silence().toMillis() + " ms");
        }
        return heard.held().flatMap(why -> fault(Fault.Kind.HELD, "the fleet holds mail: " + why));
    }

    private static Optional<Fault> fault(Fault.Kind kind, String text) {
        return Optional.of(new Fault(kind, text));
    }

    /** Requires that this node may take new mail. */
    void requireReady() throws JournalException {
        require(fault());
    }

    /**
     * Requires that what this node has claimed is its own: this is the youngest process of its name, the database has
     * not been silent for longer than half a lease, and it has not lost what it had.
     */
    public void requireAlive() throws JournalException {
        require(grave());
    }

    private static void require(Optional<Fault> fault) throws JournalException {
        if (fault.isPresent()) {
            throw new JournalException(fault.get().text());
        }
    }

    static JournalException failed(Postgres database, SQLException e) {
        DatabaseException named = database.named(e);
        return new JournalException(String.valueOf(named.getMessage()), named);
    }

    private void begin() {
        beats = Optional.of(new Rounds(
                database,
                "fleet-" + self.name(),
                "saying that this node is alive",
                open -> {
                    if (isFenced) {
                        close();
                    } else {
                        askForReport();
                        beat(open);
                    }
                },
                () -> Thread.sleep(lease.length().dividedBy(BEATS))));
    }

    /** Returns true if a younger process has the name of this one, which is to say nothing more under that name. */
    public boolean isFenced() {
        return isFenced;
    }

    /** The gateway may be slow to say how it is, as with a disk that hangs. It is then not asked again meanwhile. */
    private void askForReport() {
        if (!reporter.isAlive()) {
            reporter = Thread.ofVirtual().start(() -> reported = reports.get());
        }
    }

    private void beat(Sql open) throws SQLException, IOException {
        long start = System.nanoTime();
        Heard before = heard;
        Instant asked = clock.instant();
        Optional<Heard> answer = NodeRows.beat(open, node, lease, before.alive(), said());
        Instant answered = clock.instant();
        if (answer.isPresent()) {
            Heard now = answer.get();
            if (now.before() < before.alive()) {
                LOG.warn(
                        "the database of the fleet has lost at least {} ms: mail may come twice",
                        (before.alive() - now.before()) / 1000);
                lost();
            }
            ahead.measure(asked, answered, Instant.EPOCH.plus(now.alive(), ChronoUnit.MICROS));
            heard = now;
            bring(open);
            kept.ifPresent(messages -> messages.nothingLost(start));
            alive = start;
            logFault();
            onBeat.heard(open, now.suspects());
            return;
        }
        Found found = NodeRows.find(open, node.name());
        if (joining.filter(found::isOf).isPresent()) {
            become(open, joining.get());
        } else if (found.isYoungerThan(node)) {
            isFenced = true;
            logFault();
        } else {
            rejoin(open, found);
        }
    }

    private void hold(Sql open) throws SQLException {
        NodeRows.hold(
                open,
                "node " + node.name() + " has seen that the database was restored from a backup:"
                        + " postseal fleet restored");
    }

    /**
     * Lets the whole fleet hold mail if the database has lost more than the last seconds of what it had confirmed to an
     * earlier process of this node, as it does if it was restored while no node was running.
     */
    void compare(Confirmed known) throws JournalException {
        long oldest =
                known.alive() - TimeUnit.MILLISECONDS.toMicros(lease.length().toMillis());
        if (before.alive() < oldest && before.epoch() <= known.epoch()) {
            LOG.error("the database of the fleet has lost what it had confirmed to this node, {}", node.name());
            try (Sql open = database.connect()) {
                hold(open);
            } catch (SQLException e) {
                throw failed(database, e);
            }
            // The next beat reads it.
            bringAgain();
        }
    }

    private void lost() {
        losses.incrementAndGet();
        bringAgain();
    }

    /** Brings what is to be brought again, once somebody has it. Until that succeeds, no mail is taken. */
    private void bring(Sql open) throws SQLException, IOException {
        long now = wanted.get();
        if (brought != now && kept.isPresent()) {
            NodeRows.register(open, reported.secrets());
            kept.get().bringAgain(open);
            brought = now;
        }
    }

    /** Joins anew after the database has lost this process. If it lost more than the last seconds, all hold mail. */
    private void rejoin(Sql open, Found found) throws SQLException, IOException {
        boolean isYoung = System.nanoTime() - joined < lease.length().toNanos();
        boolean isConfirmed = found.epoch() > heard.epoch();
        LOG.error(
                "the database of the fleet has lost what it had: it has {} of this node, {}",
                found.isOf(node) ? "an older beat" : "no trace, or an older start",
                node.name());
        if (!isConfirmed && (found.isOf(node) || !isYoung)) {
            hold(open);
        }
        lost();
        open.execute("BEGIN");
        Node next = NodeRows.join(open, self, node.incarnation(), lease);
        joining = Optional.of(next);
        open.execute("COMMIT");
        become(open, next);
    }

    private void become(Sql open, Node next) throws SQLException, IOException {
        heard = nothing(next, heard.epoch());
        node = next;
        // An older state of the database may have this start too, and is then to be noticed.
        joining = Optional.empty();
        joined = System.nanoTime();
        beat(open);
    }

    private Said said() {
        Report report = reported;
        String fault = fault().map(Fault::text).or(report::fault).orElse("");
        return new Said(
                report.policy(),
                report.secrets(),
                fault,
                ahead.distance().toMillis(),
                // A message that has passed the check of claims before the node knew is counted.
                heard.isDrained() && kept.map(Kept::onTheirWay).orElse(0) == 0);
    }

    private void logFault() {
        Optional<Fault> now = fault();
        Optional<Fault.Kind> kind = now.map(Fault::kind);
        if (!kind.equals(logged)) {
            LOG.warn("{}", now.map(Fault::text).orElse("this node takes mail again"));
        }
        logged = kind;
        ahead.warn();
    }

    /** Says no more that this node is alive. */
    @Override
    public void close() {
        beats.ifPresent(Rounds::close);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    /** A node says so many times in a lease that it is alive. */
    private static final int BEATS = 10;
}
