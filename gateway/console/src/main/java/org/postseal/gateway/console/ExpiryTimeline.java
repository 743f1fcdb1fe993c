package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Expiring;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.EntryState;
import org.postseal.gateway.road.directory.DirectoryView;

/**
 * Shows when certificates expire.
 *
 * @param chart a bar for each week, beginning with this week
 * @param spans how many certificates expire within which time
 * @param notes what is not counted, and why
 * @param age the age of what is counted; empty if it is counted as it is now
 */
public record ExpiryTimeline(BarChart chart, List<Span> spans, List<String> notes, Optional<Age> age) {
    /**
     * Holds a span of time.
     *
     * @param word the value of {@code expires} on the page of certificates
     * @param state {@code broken} if somebody should act now, {@code pending} if they should act soon, otherwise empty
     */
    public record Span(String label, String word, long count, String state) {}

    static ExpiryTimeline of(DirectoryView view, Instant now) {
        List<String> notes = new ArrayList<>();
        Map<Long, long[]> days = new TreeMap<>();
        long expired = 0;
        try {
            if (view.database().isPresent()) {
                for (Expiring each : view.database()
                        .get()
                        .certificates()
                        .expiring(now, now.plus(WEEK.multipliedBy(WEEKS)).plus(WEEK))) {
                    add(days, each.day(), layer(each.kind()), each.certificates());
                }
                expired += view.database().get().certificates().expiring(Instant.EPOCH, now).stream()
                        .mapToLong(Expiring::certificates)
                        .sum();
            }
        } catch (DatabaseException e) {
            notes.add("The database cannot be read here: " + e.getMessage());
        }
        for (MailCertificate certificate : view.inFiles()) {
            if (certificate.notAfter().isBefore(now)) {
                expired++;
            } else {
                add(days, certificate.notAfter(), layer(certificate), 1);
            }
        }
        view.unseenInWords().forEach(reason -> notes.add("Not counted: " + reason));
        return new ExpiryTimeline(chart(days, now), spans(days, now, expired), notes, Age.of(view, now));
    }

    private static void add(Map<Long, long[]> days, Instant time, int layer, long count) {
        days.computeIfAbsent(time.getEpochSecond() / DAY, _ -> new long[LAYERS.size()])[layer] += count;
    }

    private static BarChart chart(Map<Long, long[]> days, Instant now) {
        long today = now.getEpochSecond() / DAY;
        List<BarChart.Column> columns = new ArrayList<>();
        for (int week = 0; week < WEEKS; week++) {
            long[] sum = new long[LAYERS.size()];
            for (long day = today + week * 7L; day < today + (week + 1) * 7L; day++) {
                long[] counts = days.getOrDefault(day, new long[LAYERS.size()]);
                for (int layer = 0; layer < sum.length; layer++) {
                    sum[layer] += counts[layer];
                }
            }
            List<Long> values = new ArrayList<>();
            for (long each : sum) {
                values.add(each);
            }
            columns.add(new BarChart.Column(Times.day(now.plus(week * 7L, ChronoUnit.DAYS)), values));
        }
        return BarChart.of(LAYERS, columns);
    }

    private static List<Span> spans(Map<Long, long[]> days, Instant now, long expired) {
        long today = now.getEpochSecond() / DAY;
        List<Span> spans = new ArrayList<>();
        spans.add(new Span("expired", "past", expired, ""));
        for (int length : List.of(7, 30, 90)) {
            long count = 0;
            for (Map.Entry<Long, long[]> day : days.entrySet()) {
                if (day.getKey() < today + length) {
                    for (long each : day.getValue()) {
                        count += each;
                    }
                }
            }
            String state = count == 0 || length == 90 ? "" : length == 7 ? "broken" : "pending";
            spans.add(new Span("next " + length + " days", String.valueOf(length), count, state));
        }
        return spans;
    }

    private static int layer(EntryState kind) {
        return switch (kind) {
            case OWN -> 0;
            case TRUSTED -> 3;
            case IMPORTED, HARVESTED, HELD, DISMISSED, MIRRORED -> 1;
        };
    }

    private static int layer(MailCertificate certificate) {
        return CertificateRow.isIssuer(certificate) ? 3 : 2;
    }

    /** Names the layers of the chart, which are also classes of the style sheet. */
    private static final List<String> LAYERS = List.of("own", "partners", "files", "issuers");

    private static final Duration WEEK = Duration.ofDays(7);
    private static final int WEEKS = 13;
    private static final long DAY = 86_400;
}
