package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateOrders;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.directory.DirectoryStatistics;
import org.postseal.certstore.directory.DirectoryStatistics.SourceStatistics;
import org.postseal.certstore.revocation.RevocationStatistics;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.directory.PublicCopyState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the figures of the certificate store when somebody asks. The expiry dates and the orders are looked up only every
 * ten minutes, because that reads every certificate. Thread-safe.
 */
final class DirectoryMetrics implements MultiCollector {
    private final CertificateDirectory directory;
    private final Supplier<List<Expiry>> tls;
    private Known known = new Known(List.of(), List.of());
    private long knownUntil = System.nanoTime();

    /** What was read from the database the last time. */
    private record Known(List<Expiry> expiries, List<CertificateOrders.Count> orders) {}

    /** @param tls gives the certificates that are shown in TLS at the moment */
    DirectoryMetrics(CertificateDirectory directory, Supplier<List<Expiry>> tls) {
        this.directory = directory;
        this.tls = tls;
    }

    @Override
    public MetricSnapshots collect() {
        Families families = new Families();
        DirectoryStatistics counts = directory.statistics();
        cache(families, counts);
        sources(families, counts);
        revocation(families, directory.revocationStatistics());
        Known now = current();
        expiries(families, now.expiries());
        orders(families, now.orders());
        publicCopy(families, directory.publicCopy().stream().toList());
        return families.build();
    }

    private static void cache(Families families, DirectoryStatistics counts) {
        families.counter(
                "postseal_directory_choices_total",
                "Choices of a certificate or key: answered from the cache (hit), made (miss),"
                        + " made anew in the background (refresh), not to be made (failure).",
                new Point(counts.hits(), "result", "hit"),
                new Point(counts.misses(), "result", "miss"),
                new Point(counts.refreshes(), "result", "refresh"),
                new Point(counts.failures(), "result", "failure"));
        families.gauge(
                "postseal_directory_cache_entries",
                "Entries of the directory's cache: choices, and the answers of sources behind them.",
                new Point(counts.choices(), "kind", "choice"),
                new Point(counts.answers(), "kind", "answer"));
    }

    private static void sources(Families families, DirectoryStatistics counts) {
        families.counter(
                "postseal_directory_source_questions_total",
                "Questions asked of a source of certificates or keys.",
                points(counts, SourceStatistics::questions));
        families.counter(
                "postseal_directory_source_errors_total",
                "Questions that a source did not answer.",
                points(counts, SourceStatistics::errors));
        families.counter(
                "postseal_directory_source_unasked_total",
                "Questions not asked of a source, since it was down a moment ago.",
                points(counts, SourceStatistics::refused));
        families.counter(
                "postseal_directory_source_stale_total",
                "Searches that went on with an old answer of a source that is down.",
                points(counts, SourceStatistics::staleServed));
        families.counter(
                "postseal_directory_source_duration_seconds_total",
                "Time that all questions to a source took.",
                points(counts, source -> Registration.seconds(source.nanoseconds())));
        families.gauge(
                "postseal_directory_source_failing",
                "1 when a source did not answer the last question.",
                points(counts, source -> source.isFailing() ? 1 : 0));
    }

    private static void revocation(Families families, RevocationStatistics asked) {
        families.counter(
                "postseal_revocation_fetches_total",
                "Revocation servers that were asked, by OCSP (ocsp) or for a list (list): with an answer (fetched),"
                        + " without one in time (failed), not asked since their address is not allowed (refused).",
                Stream.concat(fetches("ocsp", asked.ocsp()), fetches("list", asked.lists()))
                        .toList());
        families.counter(
                "postseal_revocation_fetch_duration_seconds_total",
                "Time that revocation servers took for their answers, or until they were given up.",
                new Point(Registration.seconds(asked.ocsp().nanoseconds()), "way", "ocsp"),
                new Point(Registration.seconds(asked.lists().nanoseconds()), "way", "list"));
    }

    private static Stream<Point> fetches(String way, RevocationStatistics.Way counts) {
        return Stream.of(
                new Point(counts.fetched(), "way", way, "result", "fetched"),
                new Point(counts.failed(), "way", way, "result", "failed"),
                new Point(counts.refused(), "way", way, "result", "refused"));
    }

    private static List<Point> points(DirectoryStatistics counts, ToDoubleFunction<SourceStatistics> figure) {
        return Stream.concat(
                        counts.sources().stream().map(source -> point("certificates", source, figure)),
                        counts.keySources().stream().map(source -> point("keys", source, figure)))
                .toList();
    }

    private static Point point(String kind, SourceStatistics source, ToDoubleFunction<SourceStatistics> figure) {
        return new Point(figure.applyAsDouble(source), "kind", kind, "source", source.name());
    }

    private void expiries(Families families, List<Expiry> ofStore) {
        List<Expiry> all = new ArrayList<>(ofStore);
        all.addAll(tls.get());
        families.gauge(
                "postseal_certificates",
                "Certificates by whether they have expired:"
                        + " of private keys (key; for each address the one that lasts longest), trust anchors"
                        + " (anchor), TLS of listeners (listener), the one shown to next hops in TLS (next_hop).",
                all.stream()
                        .flatMap(each -> Stream.of(
                                new Point(each.valid(), "kind", word(each), "state", "valid"),
                                new Point(each.expired(), "kind", word(each), "state", "expired")))
                        .toList());
        families.gauge(
                "postseal_certificate_next_expiry_timestamp_seconds",
                "When the first of the certificates expires that are still valid, and which one it is;"
                        + " kinds as in postseal_certificates.",
                all.stream()
                        .flatMap(each -> each.next().stream()
                                .map(end -> new Point(
                                        end.at().getEpochSecond(), "kind", word(each), "sha256", end.sha256())))
                        .toList());
    }

    private static void orders(Families families, List<CertificateOrders.Count> counts) {
        families.gauge(
                "postseal_certificate_orders",
                "Orders of certificates (enrolment) by their state: not fulfilled yet (open), refused by the authority"
                        + " (refused).",
                points(
                        counts,
                        found -> found.map(CertificateOrders.Count::orders).orElse(0L)));
        families.gauge(
                "postseal_certificate_order_oldest_timestamp_seconds",
                "When the oldest order of a certificate in this state was begun; 0 when there is none.",
                points(counts, found -> Snapshots.seconds(found.map(CertificateOrders.Count::oldest))));
    }

    private static List<Point> points(
            List<CertificateOrders.Count> counts, ToDoubleFunction<Optional<CertificateOrders.Count>> figure) {
        return Stream.of(CertificateOrders.State.values())
                .map(state -> new Point(
                        figure.applyAsDouble(counts.stream()
                                .filter(each -> each.state() == state)
                                .findFirst()),
                        "state",
                        word(state)))
                .toList();
    }

    private static void publicCopy(Families families, List<PublicCopyState> copies) {
        families.gauge(
                "postseal_directory_public_copy_timestamp_seconds",
                "When the copy of the certificates for the console (directory.publicCopy) was last written;"
                        + " 0 when it was not since the start.",
                copies.stream()
                        .map(copy -> new Point(Snapshots.seconds(copy.written())))
                        .toList());
        families.gauge(
                "postseal_directory_public_copy_failing",
                "1 when the copy of the certificates for the console could not be written at the last attempt:"
                        + " it shows an older one.",
                copies.stream().map(copy -> Point.of(copy.isFailing())).toList());
    }

    private static String word(Expiry expiry) {
        return word(expiry.kind());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private synchronized Known current() {
        if (System.nanoTime() - knownUntil >= 0) {
            try {
                known = new Known(
                        directory.expiries(),
                        directory
                                .database()
                                .map(database -> database.orders().counts())
                                .orElse(List.of()));
            } catch (DatabaseException | StoreUnavailableException e) {
                LOG.warn(
                        "metrics: the dates when certificates expire, and the orders, cannot be read: {}",
                        e.getMessage());
            }
            knownUntil = System.nanoTime() + VALIDITY_NANOSECONDS;
        }
        return known;
    }

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryMetrics.class);
    private static final long VALIDITY_NANOSECONDS = 600_000_000_000L;
}
