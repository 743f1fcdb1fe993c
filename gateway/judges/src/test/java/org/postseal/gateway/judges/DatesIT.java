package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.DateField;

/** Which time programs show, and with which the gateway compares the time of a signature. */
class DatesIT {
    private static final List<String> DATES = List.of(
            "Tue, 24 Nov 2026 12:00:00 +0000",
            "24 Nov 2026 12:00:00 -0700",
            "Tue, 24 Nov 2026 12:00 +0100 (CET)",
            "Tue,  4 Nov 2026 2:00:00 GMT",
            "Tue, 24 Nov 26 12:00:00 EST",
            "Tuesday, 24-Nov-2026 12:00:00 Z",
            "Tue, 24 Nov 2026 12:00:00 CET",
            "Tue, 24 Nov 2026 12:00:00 +0000 (1 Dec 2027)",
            "Thu, 31 Dec 1999 23:59:59 +1400",
            "TUE,24 NOV 2026 12:00:00 PDT");

    private static final List<String> NOISE = List.of(
            " ",
            "\t",
            "\r\n ",
            "(x)",
            "(1 Dec 2027 10:00:00 +0000)",
            "()",
            "(",
            ")",
            ",",
            "-",
            ":",
            "+",
            ".",
            "0",
            "1",
            "27",
            "2027",
            "Dec",
            "Dec ",
            "Wed, ",
            "December",
            "GMT",
            "EST",
            "A",
            " PM",
            "\"",
            "=?utf-8?q?1?=",
            "\r\nDate: Wed, 1 Dec 2027 10:00:00 +0000");

    static List<Long> seeds() {
        return List.of(20261130L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noOtherTimeIsShownWhereWeReadOne(long seed) throws Exception {
        List<String> dates = dates(new Random(seed));
        List<String> missed = new ArrayList<>();
        int claimed = 0;
        try (Judges judges = new Judges()) {
            Map<String, List<Shown>> shown =
                    judges.read(dates.stream().map(DatesIT::message).toList());
            for (int i = 0; i < dates.size(); i++) {
                // With two fields, each must be near the time of the signature.
                Optional<Instant> ours = dates.get(i).contains("Date:")
                        ? Optional.empty()
                        : DateField.parse(dates.get(i).replace("\r\n", ""));
                claimed += ours.isPresent() ? 1 : 0;
                for (Map.Entry<String, List<Shown>> judge : shown.entrySet()) {
                    Optional<Instant> other = judge.getValue().get(i).date();
                    if (ours.isPresent() && other.isPresent() && !ours.equals(other)) {
                        missed.add(judge.getKey() + " shows " + other.get() + ", ours " + ours.get() + ": "
                                + dates.get(i).replace("\r\n", "\\r\\n"));
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(claimed * 5).as("dates that we read").isGreaterThan(dates.size());
    }

    private static List<String> dates(Random random) {
        List<String> all = new ArrayList<>(DATES);
        while (all.size() < 600) {
            StringBuilder text = new StringBuilder(DATES.get(random.nextInt(DATES.size())));
            int pieces = random.nextInt(3);
            for (int k = 0; k < pieces; k++) {
                text.insert(random.nextInt(text.length() + 1), NOISE.get(random.nextInt(NOISE.size())));
            }
            all.add(text.toString());
        }
        return all;
    }

    private static byte[] message(String date) {
        return ("From: alice@example.com\r\nDate: " + date + "\r\nSubject: x\r\n\r\nHello\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
