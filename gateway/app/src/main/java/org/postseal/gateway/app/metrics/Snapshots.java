package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.key.batch.BatchFigures;
import org.postseal.certstore.key.batch.RsaBatches;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.app.timestamp.NewestStamps;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.CopyState;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;

/** Reads families from the part of the gateway that counts them, each time somebody asks. */
final class Snapshots {
    private Snapshots() {}

    /** Returns the counts of cryptographic operations on mail in this process. */
    static MetricSnapshots operations() {
        return new Families()
                .counter(
                        "postseal_crypto_operations_total",
                        "Cryptographic operations on mail, by the provider that was asked, and by whether it did them"
                                + " (done) or not (failed); a wrong signature, or content that does not open, is no"
                                + " failure. The provider is none if the key is away, or if no provider can do it.",
                        CryptoCount.readings().stream()
                                .flatMap(Snapshots::points)
                                .toList())
                .build();
    }

    /** Says what RSA in batches does in this process. */
    static MetricSnapshots batches() {
        RsaBatches batches = RsaBatches.current();
        BatchFigures figures = batches.figures();
        return new Families()
                .gauge(
                        "postseal_crypto_batch_on",
                        "1 if RSA operations of messages that come at the same time are done in batches"
                                + " (crypto.batch).",
                        Point.of(batches.isOn()))
                .counter(
                        "postseal_crypto_batches_total",
                        "Batches of RSA operations, each of up to eight lanes.",
                        new Point(figures.batches()))
                .counter(
                        "postseal_crypto_batch_operations_total",
                        "RSA operations while batches are on: those that filled a lane (lane), those that met too few"
                                + " others (alone), those whose answer was wrong and that were done again (wrong).",
                        new Point(figures.lanes(), "result", "lane"),
                        new Point(figures.alone(), "result", "alone"),
                        new Point(figures.wrong(), "result", "wrong"))
                .counter(
                        "postseal_crypto_batch_wait_seconds_total",
                        "Time that all operations in lanes waited for their batch to begin.",
                        new Point(Registration.seconds(figures.waitNanos())))
                .build();
    }

    private static Stream<Point> points(CryptoCount.Reading reading) {
        Point failed = point(reading, reading.failed(), "failed");
        return reading.isByNobody() ? Stream.of(failed) : Stream.of(point(reading, reading.done(), "done"), failed);
    }

    private static Point point(CryptoCount.Reading reading, long value, String result) {
        return new Point(
                value,
                "operation",
                reading.operation().word(),
                "algorithm",
                reading.algorithm(),
                "provider",
                reading.provider(),
                "result",
                result);
    }

    /** Says which providers do the cryptographic operations, as {@code postseal check} prints it. */
    static MetricSnapshots providers(ProviderReport report) {
        return new Families()
                .info(
                        "postseal_crypto_provider_info",
                        "The provider of a cryptographic operation; none if no provider can do it.",
                        report.choices().stream()
                                .map(choice -> new String[] {
                                    "operation", choice.operation().word(),
                                    "algorithm", choice.algorithm(),
                                    "provider", choice.provider().orElse("none")
                                })
                                .toList())
                .gauge(
                        "postseal_crypto_native_refused",
                        "Operations of the native provider that failed their self-test and are left to Java.",
                        new Point(report.complaints().size()))
                .build();
    }

    /**
     * Says what the caches of this process saved. The cache of the certificate store's choices has figures of its own.
     */
    static MetricSnapshots caches() {
        return new Families()
                .counter(
                        "postseal_cache_lookups_total",
                        "Look-ups in a cache: of certificates read before (certificates), valid paths (paths),"
                                + " OCSP responses (ocsp), revocation lists (lists), private keys of the database"
                                + " (keys), answers of sources (answers), groups of directory servers (groups),"
                                + " MX and addresses (dns). It had an answer (hit), none (miss),"
                                + " one too old to be used (expired), one used although too old (stale).",
                        CacheCount.all().stream().flatMap(Snapshots::points).toList())
                .build();
    }

    private static Stream<Point> points(CacheCount count) {
        return Stream.of(
                new Point(count.hits(), "cache", count.cache(), "result", "hit"),
                new Point(count.misses(), "cache", count.cache(), "result", "miss"),
                new Point(count.expired(), "cache", count.cache(), "result", "expired"),
                new Point(count.stale(), "cache", count.cache(), "result", "stale"));
    }

    static MetricSnapshots gate(CryptoGate gate) {
        return new Families()
                .gauge(
                        "postseal_crypto_gate_places",
                        "Messages that may be signed, encrypted or decrypted at a time.",
                        new Point(gate.places()))
                .gauge(
                        "postseal_crypto_gate_busy",
                        "Messages that are being signed, encrypted or decrypted.",
                        new Point(gate.busy()))
                .gauge(
                        "postseal_crypto_gate_waiting",
                        "Messages that wait for their turn at being signed, encrypted or decrypted.",
                        new Point(gate.waiting()))
                .gauge(
                        "postseal_crypto_gate_longest_wait_seconds",
                        "Wait of the message that has waited longest for its turn.",
                        new Point(Registration.seconds(gate.longestWait().toNanos())))
                .build();
    }

    static MetricSnapshots orphans(PreparationWatch watch) {
        return new Families()
                .gauge(
                        "postseal_preparation_orphans",
                        "Threads of messages that hung and were given up, and that are still there.",
                        new Point(watch.orphans()))
                .gauge(
                        "postseal_preparation_orphans_limit",
                        "The number of such threads at which the gateway is not ready, and systemd's watchdog ends it.",
                        new Point(PreparationWatch.MOST_ORPHANS))
                .build();
    }

    /** Says how far the log is signed, and the state of its copy and of the evidence beside it. */
    static MetricSnapshots auditLog(AuditLog log) {
        List<ChainState> chains = log.chains();
        CopyState copy = log.copy().orElse(new CopyState(0, 0, 0));
        ArchiveState evidence = log.evidence().orElse(new ArchiveState(0, 0));
        return new Families()
                .gauge(
                        "postseal_audit_checkpoint_timestamp_seconds",
                        "When the chain of the log was last signed, or opened if it has not been signed yet.",
                        chains.stream()
                                .map(chain -> new Point(chain.signed().getEpochSecond(), "log", chain.log()))
                                .toList())
                .gauge(
                        "postseal_audit_unsigned_records",
                        "Records of the log since its chain was last signed.",
                        chains.stream()
                                .map(chain -> new Point(chain.unsigned(), "log", chain.log()))
                                .toList())
                .counter(
                        "postseal_audit_copy_records_total",
                        "Records for the copy of the audit log in systemd's journal (audit.journald),"
                                + " by whether the journal took them (sent) or not (lost).",
                        new Point(copy.sent(), "result", "sent"),
                        new Point(copy.lost(), "result", "lost"))
                .gauge(
                        "postseal_audit_copy_waiting",
                        "Records that are still to be handed to systemd's journal (audit.journald).",
                        new Point(copy.waiting()))
                .counter(
                        "postseal_audit_evidence_total",
                        "Revocation lists, responses, certificates and texts of policies that records rely on,"
                                + " by whether they were kept beside the audit log (kept) or could not be (lost).",
                        new Point(evidence.kept(), "result", "kept"),
                        new Point(evidence.lost(), "result", "lost"))
                .build();
    }

    /** Says how the fleet is, as this node of it sees it. */
    static MetricSnapshots fleet(Membership membership) {
        Membership.Counts nodes = membership.nodes();
        Optional<Membership.Fault.Kind> fault = membership.fault().map(Membership.Fault::kind);
        return new Families()
                .gauge(
                        "postseal_fleet_nodes",
                        "Gateways of the fleet: those that take mail (ready), run and take none (not_ready), were taken"
                                + " out (drained), were not heard of for ten seconds (away). Only in a fleet.",
                        new Point(nodes.ready(), "state", "ready"),
                        new Point(nodes.notReady(), "state", "not_ready"),
                        new Point(nodes.drained(), "state", "drained"),
                        new Point(nodes.away(), "state", "away"))
                .gauge(
                        "postseal_fleet_fault",
                        "1 for the reason why this gateway takes no mail as one of the fleet; docs/fleet.md has the"
                                + " reasons. Only in a fleet.",
                        Arrays.stream(Membership.Fault.Kind.values())
                                .map(kind -> Point.of(
                                        fault.equals(Optional.of(kind)),
                                        "fault",
                                        kind.name().toLowerCase(Locale.ROOT)))
                                .toList())
                .gauge(
                        "postseal_fleet_clock_distance_seconds",
                        "How far the clock of this gateway is ahead of that of the fleet's database. Only in a fleet.",
                        new Point(membership.clockDistance().toMillis() / 1e3))
                .gauge(
                        "postseal_fleet_database_silent_seconds",
                        "Time since the last answer of the fleet's database. Only in a fleet.",
                        new Point(Registration.seconds(membership.silence().toNanos())))
                .build();
    }

    /** Says how far the log is stamped with the time, if stamping is configured. */
    static MetricSnapshots stamps(NewestStamps stamps) {
        return new Families()
                .gauge(
                        "postseal_audit_stamp_timestamp_seconds",
                        "When the time stamp (RFC 3161) that covers most of the log was made, as it says itself;"
                                + " 0 if none can be read. Only if audit.timestamp was set at the start.",
                        stamps.newest().stream()
                                .map(newest -> new Point(seconds(newest.time()), "log", newest.log()))
                                .toList())
                .build();
    }

    /** Returns a time in seconds, as Prometheus wants it; 0 if there is none. */
    static double seconds(Optional<Instant> time) {
        return time.map(there -> there.toEpochMilli() / 1e3).orElse(0.0);
    }
}
