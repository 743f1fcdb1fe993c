package org.postseal.gateway.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;

/** Reads and writes times as pages show them: in UTC, as in the log. */
final class Times {
    private Times() {}

    static String second(Instant time) {
        return SECOND.format(time);
    }

    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String day(Instant time) {
        return DAY.format(time);
    }

    /** Returns the time when the record was made. */
    static Optional<Instant> read(AuditLine line) {
        return line.time();
    }

    /** Reads a day, a minute as a form sends it, or a full time. */
    static Optional<Instant> typed(String text) {
        if (text.matches("\\d{4}-\\d\\d-\\d\\d")) {
            try {
                return Optional.of(
                        LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
            } catch (DateTimeException noDay) {
                return Optional.empty();
            }
        }
        return text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d") ? instant(text + ":00Z") : instant(text);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
}
