package org.postseal.gateway.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the time in a Date field, in the forms of RFC 5322 §3.3 and §4.3 that all mail programs read alike. A comment
 * stands at the end only, since some programs take a time out of one before it. A zone is a number, UT, UTC, GMT, Z or
 * an American one; with any other name, one program shows the time of reading. The day of the week is not compared.
 */
public final class DateField {
    private DateField() {}

    /** Reads an unfolded value; the result is empty if it is no date, or programs may read it in different ways. */
    public static Optional<Instant> parse(String value) {
        Matcher date = DATE.matcher(value.strip());
        if (value.length() > MOST || !date.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    year(date.group(3)),
                    MONTHS.indexOf(date.group(2).toLowerCase(Locale.ROOT)) + 1,
                    Integer.parseInt(date.group(1)),
                    Integer.parseInt(date.group(4)),
                    Integer.parseInt(date.group(5)),
                    date.group(6) == null ? 0 : Integer.parseInt(date.group(6)));
            return Optional.of(time.toInstant(zone(date.group(7).toUpperCase(Locale.ROOT))));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        return digits.length() == 4 ? year : year < 50 ? 2000 + year : 1900 + year;
    }

    private static ZoneOffset zone(String text) {
        Integer named = ZONES.get(text);
        if (named != null) {
            return ZoneOffset.ofHours(named);
        }
        int sign = text.charAt(0) == '-' ? -1 : 1;
        return ZoneOffset.ofHoursMinutes(
                sign * Integer.parseInt(text.substring(1, 3)), sign * Integer.parseInt(text.substring(3)));
    }

    private static final int MOST = 200;
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final Map<String, Integer> ZONES = Map.ofEntries(
            Map.entry("UT", 0),
            Map.entry("UTC", 0),
            Map.entry("GMT", 0),
            Map.entry("Z", 0),
            Map.entry("EST", -5),
            Map.entry("EDT", -4),
            Map.entry("CST", -6),
            Map.entry("CDT", -5),
            Map.entry("MST", -7),
            Map.entry("MDT", -6),
            Map.entry("PST", -8),
            Map.entry("PDT", -7));
    private static final Pattern DATE = Pattern.compile(
            "(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?, {0,2})?"
                    + "([0-9]{1,2})[ -](" + String.join("|", MONTHS) + ")[ -]([0-9]{4}|[0-9]{2})"
                    + " {1,2}([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? (" + String.join("|", ZONES.keySet())
                    + "|[+-][0-9]{4})(?: \\([^()]*\\))?",
            Pattern.CASE_INSENSITIVE);
}
