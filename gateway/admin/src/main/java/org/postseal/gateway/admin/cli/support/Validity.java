package org.postseal.gateway.admin.cli.support;

import java.time.Duration;
import java.time.Instant;
import org.postseal.certstore.MailCertificate;

/**
 * Whether something is valid at a time.
 *
 * @param word the word for scripts: {@code valid}, {@code expiring}, {@code expired}, {@code notYetValid}
 * @param text the text for people
 */
public record Validity(String word, String text) {
    /** The time before the end at which an administrator should think of a renewal. */
    public static final Duration SOON = Duration.ofDays(30);

    public static Validity of(MailCertificate certificate, Instant now) {
        return of(certificate.notBefore(), certificate.notAfter(), now);
    }

    public static Validity of(Instant notBefore, Instant notAfter, Instant now) {
        if (now.isBefore(notBefore)) {
            return new Validity("notYetValid", "not yet valid");
        }
        if (now.isAfter(notAfter)) {
            return new Validity("expired", "EXPIRED");
        }
        Duration left = Duration.between(now, notAfter);
        return left.compareTo(SOON) > 0
                ? new Validity("valid", "valid")
                : new Validity("expiring", "expires in " + Options.count(left.toDays(), "day"));
    }

    /** Returns the day, for tables. */
    public static String day(Instant time) {
        return time.toString().substring(0, time.toString().indexOf('T'));
    }
}
