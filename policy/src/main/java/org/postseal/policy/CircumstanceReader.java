package org.postseal.policy;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the conditions on how big a message is, how it came and when. */
final class CircumstanceReader {
    private CircumstanceReader() {}

    static void read(YamlMapping when, List<Condition> conditions) {
        when.value("size").ifPresent(value -> size(value).ifPresent(conditions::add));
        when.value("contentType").ifPresent(value -> conditions.add(new Condition.OfType(types(value))));
        when.value("tls").ifPresent(value -> tls(value).ifPresent(conditions::add));
        when.value("authenticated").ifPresent(value -> authenticated(value).ifPresent(conditions::add));
        when.value("peer").ifPresent(value -> conditions.add(new Condition.FromPeer(ranges(value))));
        when.value("time").ifPresent(value -> conditions.add(new Condition.AtTime(windows(value))));
        when.value("visible")
                .ifPresent(value -> value.bool().ifPresent(wanted -> conditions.add(new Condition.Visible(wanted))));
    }

    private static Optional<Condition> size(YamlValue value) {
        return value.mapping().map(size -> {
            Optional<Long> over = size.parsed("over", OCTETS, CircumstanceReader::octets);
            Optional<Long> under = size.parsed("under", OCTETS, CircumstanceReader::octets);
            size.refuseOthers();
            if (size.names().isEmpty()) {
                size.error("has no bound (valid: over, under)");
            } else if (over.isPresent() && under.isPresent() && over.get() + 1 >= under.get()) {
                size.error("no size is over " + over.get() + " and under " + under.get());
            }
            return new Condition.OfSize(over, under);
        });
    }

    private static Optional<Long> octets(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Optional.of(Long.parseLong(matcher.group(1)) << shift);
    }

    private static Set<String> types(YamlValue value) {
        Set<String> types = new HashSet<>();
        for (YamlValue item : value.oneOrMore()) {
            item.parsed(
                            "a media type such as application/pdf or image/*",
                            text -> TYPE.matcher(text).matches()
                                    ? Optional.of(text.toLowerCase(Locale.ROOT))
                                    : Optional.empty())
                    .ifPresent(types::add);
        }
        return types;
    }

    private static Optional<Condition> tls(YamlValue value) {
        if (!value.isMapping()) {
            return value.word(TLS).map(Condition.OverTls::new);
        }
        return value.mapping().map(tls -> {
            Facts.TlsVersion least = tls.word("least", VERSIONS).orElse(Facts.TlsVersion.TLS_1_2);
            boolean verified = tls.bool("verified").orElse(false);
            tls.refuseOthers();
            if (tls.names().isEmpty()) {
                tls.error("has no condition (valid: least, verified)");
            }
            return new Condition.OverTls(new TlsTest.AtLeast(least, verified));
        });
    }

    private static Optional<Condition> authenticated(YamlValue value) {
        if (value.isTrueOrFalse()) {
            return value.bool().map(wanted -> new Condition.Authenticated(wanted, Set.of()));
        }
        Set<String> names = new HashSet<>();
        value.oneOrMore().forEach(item -> item.string().ifPresent(name -> names.add(name.toLowerCase(Locale.ROOT))));
        return names.isEmpty() ? Optional.empty() : Optional.of(new Condition.Authenticated(true, names));
    }

    private static List<AddressRange> ranges(YamlValue value) {
        List<AddressRange> ranges = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.parsed("an IP address or a range such as 192.0.2.0/24 or 2001:db8::/32", AddressRange::parse)
                    .ifPresent(ranges::add);
        }
        return ranges;
    }

    private static List<TimeWindow> windows(YamlValue value) {
        List<TimeWindow> windows = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.mapping().ifPresent(time -> window(time).ifPresent(windows::add));
        }
        return windows;
    }

    private static Optional<TimeWindow> window(YamlMapping time) {
        Optional<ZoneId> zone = time.required("zone")
                .flatMap(value -> value.parsed(
                        "a time zone such as Europe/Vienna or UTC",
                        text -> ZoneId.getAvailableZoneIds().contains(text)
                                ? Optional.of(ZoneId.of(text))
                                : Optional.empty()));
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        time.oneOrMore("days").forEach(day -> day.word(DayOfWeek.class).ifPresent(days::add));
        Optional<LocalTime> from = time.parsed("from", TIME, CircumstanceReader::clock);
        Optional<LocalTime> to = time.parsed("to", TIME, CircumstanceReader::clock);
        Optional<LocalDate> after = time.parsed("after", DATE, CircumstanceReader::date);
        Optional<LocalDate> before = time.parsed("before", DATE, CircumstanceReader::date);
        time.refuseOthers();
        if (from.isPresent() && from.equals(to)) {
            time.error("from and to are the same time");
        }
        if (after.isPresent() && before.isPresent() && !after.get().isBefore(before.get())) {
            time.error("no day is from " + after.get() + " on and before " + before.get());
        }
        if (time.names().stream().allMatch("zone"::equals)) {
            time.error("has no condition (valid: days, from, to, after, before)");
        }
        return zone.map(found -> new TimeWindow(found, days, from.orElse(LocalTime.MIDNIGHT), to, after, before));
    }

    private static Optional<LocalTime> clock(String text) {
        return CLOCK.matcher(text).matches() ? Optional.of(LocalTime.parse(text)) : Optional.empty();
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException notADate) {
            return Optional.empty();
        }
    }

    private static Map<String, TlsTest> tlsWords() {
        Map<String, TlsTest> words = new LinkedHashMap<>();
        words.put("none", new TlsTest.None());
        words.put("any", new TlsTest.AtLeast(Facts.TlsVersion.TLS_1_2, false));
        words.put("verified", new TlsTest.AtLeast(Facts.TlsVersion.TLS_1_2, true));
        return words;
    }

    private static Map<String, Facts.TlsVersion> versions() {
        Map<String, Facts.TlsVersion> words = new LinkedHashMap<>();
        words.put("TLSv1.2", Facts.TlsVersion.TLS_1_2);
        words.put("TLSv1.3", Facts.TlsVersion.TLS_1_3);
        return words;
    }

    private static final String OCTETS = "a number of octets such as 500000, 512K, 10M or 1G";
    private static final String TIME = "a time such as 08:00";
    private static final String DATE = "a date such as 2026-12-31";
    static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,11})([KMG]?)");
    // RFC 6838 §4.2
    private static final Pattern TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/(\\*|[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126})");
    private static final Pattern CLOCK = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    static final Map<String, TlsTest> TLS = tlsWords();
    static final Map<String, Facts.TlsVersion> VERSIONS = versions();
}
