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
 * Reads the time in a Date field (RFC 5322 §3.3), with the obsolete years and zones of §4.3. The day of the week is not
 * compared.
 */
public final class DateField {
    private DateField() {}

    /**
     * Bounds the time of a Date field. The two times are equal, except for a zone that nobody can know (§4.3). With
     * such a zone, they cover every moment at which a clock somewhere shows the written time.
     */
    public record Times(Instant earliest, Instant latest) {}

    /** Reads an unfolded value; the result is empty if it is no date. */
    public static Optional<Times> parse(String value) {
        Matcher date = DATE.matcher(COMMENT.matcher(value).replaceAll(" ").strip());
        if (value.length() > MOST || !date.matches()) {
            return Optional.empty();
        }
        int month = MONTHS.indexOf(date.group(2).toLowerCase(Locale.ROOT)) + 1;
        Optional<Zone> zone = zone(date.group(7).toUpperCase(Locale.ROOT));
        if (month == 0 || zone.isEmpty()) {
            return Optional.empty();
        }
        try {
            // A leap second becomes the second before it, since java.time knows none.
            int second = date.group(6) == null ? 0 : Math.min(Integer.parseInt(date.group(6)), 59);
            LocalDateTime time = LocalDateTime.of(
                    year(date.group(3)),
                    month,
                    Integer.parseInt(date.group(1)),
                    Integer.parseInt(date.group(4)),
                    Integer.parseInt(date.group(5)),
                    second);
            return Optional.of(new Times(
                    time.toInstant(zone.get().east()), time.toInstant(zone.get().west())));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        return switch (digits.length()) {
            case 2 -> year < 50 ? 2000 + year : 1900 + year;
            case 3 -> 1900 + year;
            default -> year;
        };
    }

    /** Holds the easternmost and the westernmost offset that the zone may mean. */
    private record Zone(ZoneOffset east, ZoneOffset west) {}

    private static Optional<Zone> zone(String text) {
        if (text.matches("[+-][0-9]{4}")) {
            int sign = text.charAt(0) == '-' ? -1 : 1;
            int hours = Integer.parseInt(text.substring(1, 3));
            int minutes = Integer.parseInt(text.substring(3));
            return hours > 18 || minutes > 59 || (hours == 18 && minutes > 0)
                    ? Optional.empty()
                    : Optional.of(ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes))
                            .map(offset -> new Zone(offset, offset));
        }
        return Optional.of(Optional.ofNullable(ZONES.get(text))
                .map(ZoneOffset::ofHours)
                .map(offset -> new Zone(offset, offset))
                .orElse(ANYWHERE));
    }

    private static final int MOST = 200;
    private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
    private static final Pattern DATE =
            Pattern.compile("(?:[A-Za-z]{3,9} ?, *|[A-Za-z]{3} )?([0-9]{1,2})[ -]+([A-Za-z]{3})[ -]+([0-9]{2,4})"
                    + " +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? *([+-][0-9]{4}|[A-Za-z]{1,5})");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    // No clock is further ahead or behind.
    private static final Zone ANYWHERE = new Zone(ZoneOffset.ofHours(14), ZoneOffset.ofHours(-12));
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
}
