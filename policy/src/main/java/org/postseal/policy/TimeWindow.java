package org.postseal.policy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;

/**
 * Times of days of a week, between two dates, as the clocks of one zone show them. Immutable.
 *
 * @param days on which it begins; none is all
 * @param from the first moment of the day
 * @param to the moment at which it is over; not later than {@code from}: on the next day
 * @param after the first day
 * @param before the day on which it is over
 */
record TimeWindow(
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
}
