package org.postseal.gateway.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Reads and writes times as pages show them: in the zone that the visitor has chosen, or else in that of this machine.
 * Each time of a day has its offset from UTC, so that nobody takes it for another one.
 */
final class Times {
    /** Holds the zone of the visitor for whom a page is being made. */
    static final ScopedValue<ZoneId> ZONE = ScopedValue.newInstance();

    private Times() {}

    static ZoneId zone() {
        return ZONE.isBound() ? ZONE.get() : ZoneId.systemDefault();
    }

    static String second(Instant time) {
        return SECOND.format(time.atZone(zone()));
    }

    /** Returns the time without its offset, for a chart, beside which the page names the zone. */
    static String minute(Instant time) {
        return MINUTE.format(time.atZone(zone()));
    }

    static String day(Instant time) {
        return DAY.format(time.atZone(zone()));
    }

    /** Returns a text of a record with the times in it as pages show them. */
    static String shown(String text) {
        return OF_LOG.matcher(text)
                .replaceAll(time -> instant(time.group()).map(Times::second).orElse(time.group()));
    }

    /** Returns the zone's name and its offset at this time. */
    static String zone(Instant now) {
        String offset = OFFSET.format(now.atZone(zone()));
        return zone().getId().equals(offset) ? offset : zone().getId() + " (" + offset + ")";
    }

    /** Returns the time when the record was made. */
    static Optional<Instant> read(AuditLine line) {
        return line.time();
    }

    /** Reads a day, a minute as a form sends it, a time as pages show it, or one as in the log. */
    static Optional<Instant> typed(String text) {
        Matcher typed = TYPED.matcher(text);
        if (!typed.matches()) {
            // Years of more digits are beyond what a log can be asked for
            return OF_LOG.matcher(text).matches() ? instant(text) : Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.parse(
                    typed.group(1) + "T" + Optional.ofNullable(typed.group(2)).orElse("00:00"));
            ZoneId zone = Optional.ofNullable(typed.group(3)).map(ZoneId::of).orElseGet(Times::zone);
            return Optional.of(local.atZone(zone).toInstant());
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static final Pattern OF_LOG =
            Pattern.compile("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?Z\\b");
    private static final Pattern TYPED =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)(?:[T ](\\d\\d:\\d\\d(?::\\d\\d)?))? ?(UTC|Z|[+-]\\d\\d:\\d\\d)?");
    private static final DateTimeFormatter OFFSET =
            new DateTimeFormatterBuilder().appendOffset("+HH:MM", "UTC").toFormatter();
    private static final DateTimeFormatter SECOND = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss ")
            .append(OFFSET)
            .toFormatter();
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd");
}
