package org.postseal.gateway.admin.cli.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.policy.settings.ProfileTable;
import org.postseal.policy.settings.ProfileTable.Use;

/**
 * What a profile says about one use of the key of a certificate.
 *
 * @param isFine true if the certificate never breaks the profile while it is valid
 * @param since the first day on which it breaks the profile; empty if it is fine, or if the standard names no day
 * @param why what the profile takes instead; empty if it takes the key, or did until its last day
 */
record KeyVerdict(MailCertificate certificate, boolean isFine, Optional<LocalDate> since, Optional<String> why) {
    static KeyVerdict of(ProfileTable table, MailCertificate certificate, Use use) {
        Optional<String> why = table.whyNot(certificate.keyKind());
        Optional<LocalDate> first = why.isPresent()
                ? table.since()
                : table.last(use, certificate.keyKind())
                        .map(last -> last.plusDays(1))
                        .filter(day -> !day.isAfter(day(certificate.notAfter())));
        LocalDate begin = day(certificate.notBefore());
        return new KeyVerdict(
                certificate,
                why.isEmpty() && first.isEmpty(),
                first.map(day -> day.isBefore(begin) ? begin : day),
                why);
    }

    /** Sorts what is fine first, and then what breaks the profile last. */
    static Comparator<KeyVerdict> bestFirst() {
        return Comparator.comparing((KeyVerdict each) -> !each.isFine())
                .thenComparing(each -> each.why().isPresent())
                .thenComparing((KeyVerdict each) -> each.certificate().notAfter(), Comparator.reverseOrder())
                .thenComparing(each -> each.certificate().keyKind().text())
                .thenComparing(each -> each.certificate().id().hex());
    }

    static boolean isFor(MailCertificate certificate, Use use) {
        return certificate
                .whyNot(
                        switch (use) {
                            case SIGN -> CertificatePurpose.SIGN;
                            case ENCRYPT -> CertificatePurpose.ENCRYPT;
                        })
                .isEmpty();
    }

    static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
