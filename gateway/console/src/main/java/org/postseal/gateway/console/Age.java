package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.gateway.road.directory.DirectoryView;

/**
 * Says how old the shown certificates are.
 *
 * @param says the age in words
 * @param isOld true if the gateway should have written them again by now
 */
public record Age(String says, boolean isOld) {
    /** Returns the age; the result is empty if the page shows the certificates as they are now. */
    static Optional<Age> of(DirectoryView seen, Instant now) {
        return seen.written().map(written -> of(written, now));
    }

    static Age of(Instant written, Instant now) {
        Duration age = Duration.between(written, now);
        boolean isOld = age.compareTo(OLD) > 0;
        String says = "Certificates as the gateway wrote them down " + Times.second(written) + ", " + ago(age) + ".";
        return new Age(
                isOld ? says + " It does so at least every hour while it runs: see whether it does." : says, isOld);
    }

    static String ago(Duration age) {
        if (age.compareTo(Duration.ofMinutes(1)) < 0) {
            return "just now";
        }
        if (age.compareTo(Duration.ofHours(2)) < 0) {
            return counted(age.toMinutes(), "minute");
        }
        return age.compareTo(Duration.ofDays(2)) < 0 ? counted(age.toHours(), "hour") : counted(age.toDays(), "day");
    }

    private static String counted(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s") + " ago";
    }

    private static final Duration OLD = Duration.ofHours(2);
}
