package org.postseal.policy.condition;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** {@code time}: the time at which a message was received. */
record TimeCondition(List<Window> any) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "time",
            Needs.MESSAGE,
            "Any of these times.",
            "when the message was received, see [below](#time)",
            new ConditionForm(
                    Schema.oneOrMore(schema()), (value, _) -> Optional.of(new TimeCondition(windows(value)))));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(
                any.stream().anyMatch(window -> window.has(asked.message().received())));
    }

    @Override
    public String words() {
        return "it comes " + any.stream().map(Window::words).collect(Collectors.joining(" or "));
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof TimeCondition(List<Window> others) && others.containsAll(any);
    }

    /**
     * Hours of days, by the clocks of one time zone.
     *
     * @param days on which the window begins; none stands for all
     * @param from the first moment of the window on a day
     * @param to the moment at which it is over; if it is not later than {@code from}, it is on the next day
     * @param after the first day
     * @param before the day on which it is over
     */
    record Window(
            ZoneId zone,
            Set<DayOfWeek> days,
            LocalTime from,
            Optional<LocalTime> to,
            Optional<LocalDate> after,
            Optional<LocalDate> before) {
        boolean has(Instant moment) {
            ZonedDateTime local = moment.atZone(zone);
            LocalDate date = local.toLocalDate();
            if (after.filter(date::isBefore).isPresent()
                    || before.filter(day -> !date.isBefore(day)).isPresent()) {
                return false;
            }
            LocalTime time = local.toLocalTime();
            if (to.filter(end -> !end.isAfter(from)).isPresent()) {
                boolean sinceYesterday = time.isBefore(to.get());
                return sinceYesterday ? isOn(date.minusDays(1)) : !time.isBefore(from) && isOn(date);
            }
            return !time.isBefore(from) && to.filter(end -> !time.isBefore(end)).isEmpty() && isOn(date);
        }

        private boolean isOn(LocalDate date) {
            return days.isEmpty() || days.contains(date.getDayOfWeek());
        }

        String words() {
            String on = days.stream().sorted().map(Window::name).collect(Collectors.joining(", "));
            return (on.isEmpty() ? "" : "on " + on + " ")
                    + "from " + from
                    + to.map(end -> " to " + end).orElse("")
                    + after.map(day -> " since " + day).orElse("")
                    + before.map(day -> " before " + day).orElse("")
                    + " (" + zone + ")";
        }

        private static String name(DayOfWeek day) {
            return day.name().charAt(0) + day.name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    private static Schema schema() {
        return Schema.mapping()
                .required("zone", "Whose clocks, such as Europe/Vienna.", Schema.text())
                .key(
                        "days",
                        "On which days it begins.",
                        Schema.oneOrMore(Schema.word(Words.of(DayOfWeek.class).keySet())))
                .key("from", "The first moment, such as 08:00.", Schema.text())
                .key("to", "When it is over, such as 18:00.", Schema.text())
                .key("after", "The first day, such as 2026-12-31.", Schema.text())
                .key("before", "The day on which it is over.", Schema.text())
                .schema();
    }

    private static List<Window> windows(YamlValue value) {
        List<Window> windows = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.mapping().flatMap(TimeCondition::window).ifPresent(windows::add);
        }
        return windows;
    }

    private static Optional<Window> window(YamlMapping time) {
        Optional<ZoneId> zone = time.required("zone")
                .flatMap(value -> value.parsed("a time zone such as Europe/Vienna or UTC", TimeCondition::zone));
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        time.oneOrMore("days").forEach(day -> day.word(DayOfWeek.class).ifPresent(days::add));
        Optional<LocalTime> from = time.parsed("from", "a time such as 08:00", TimeCondition::clock);
        Optional<LocalTime> to = time.parsed("to", "a time such as 08:00", TimeCondition::clock);
        Optional<LocalDate> after = time.parsed("after", "a date such as 2026-12-31", TimeCondition::date);
        Optional<LocalDate> before = time.parsed("before", "a date such as 2026-12-31", TimeCondition::date);
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
        return zone.map(found -> new Window(found, days, from.orElse(LocalTime.MIDNIGHT), to, after, before));
    }

    private static Optional<ZoneId> zone(String text) {
        return ZoneId.getAvailableZoneIds().contains(text) ? Optional.of(ZoneId.of(text)) : Optional.empty();
    }

    private static Optional<LocalTime> clock(String text) {
        return text.matches("([01][0-9]|2[0-3]):[0-5][0-9]") ? Optional.of(LocalTime.parse(text)) : Optional.empty();
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException notADate) {
            return Optional.empty();
        }
    }
}
