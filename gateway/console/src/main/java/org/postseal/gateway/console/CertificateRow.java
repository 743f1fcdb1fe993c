package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Shows a certificate in a table.
 *
 * @param sha256 all 64 digits
 * @param state {@code valid}, {@code soon}, {@code expired}, {@code early} or {@code blocked}; also a class of the
 * style sheet
 * @param says the state in words
 * @param purpose what the certificate may be used for
 */
public record CertificateRow(
        String sha256,
        String link,
        String subject,
        List<String> addresses,
        String purpose,
        String notAfter,
        String state,
        String says,
        String sources) {
    static CertificateRow of(MailCertificate certificate, List<String> sources, boolean isBlocked, Instant now) {
        String state = isBlocked ? "blocked" : state(certificate, now);
        return new CertificateRow(
                certificate.id().hex(),
                link(certificate.id().hex()),
                subject(certificate),
                certificate.addresses().stream()
                        .map(MailAddress::toString)
                        .limit(MOST_ADDRESSES)
                        .toList(),
                purpose(certificate),
                Times.day(certificate.notAfter()),
                state,
                SAYS.getOrDefault(state, state),
                sources.isEmpty() ? "none" : String.join(", ", sources));
    }

    /** Returns the link to the certificate's page. */
    static String link(String sha256) {
        return "certificate" + Parameters.query(Map.of("sha256", sha256));
    }

    /** Returns the subject in the form of RFC 2253. */
    static String subject(MailCertificate certificate) {
        return certificate.x509().getSubjectX500Principal().getName();
    }

    /** Returns true if the certificate may issue others (RFC 5280 §4.2.1.9). */
    static boolean isIssuer(MailCertificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0;
    }

    /** Returns the state, judged by the dates alone. */
    static String state(MailCertificate certificate, Instant now) {
        if (now.isBefore(certificate.notBefore())) {
            return "early";
        }
        if (now.isAfter(certificate.notAfter())) {
            return "expired";
        }
        return now.plus(SOON).isAfter(certificate.notAfter()) ? "soon" : "valid";
    }

    /** Returns the uses that the extensions allow. */
    static String purpose(MailCertificate certificate) {
        List<String> uses = new ArrayList<>();
        if (isIssuer(certificate)) {
            uses.add("issues");
        }
        if (certificate.whyNot(CertificatePurpose.SIGN).isEmpty()) {
            uses.add("signs");
        }
        if (certificate.whyNot(CertificatePurpose.ENCRYPT).isEmpty()) {
            uses.add("encrypts");
        }
        return uses.isEmpty() ? "none for mail" : String.join(", ", uses);
    }

    static final Map<String, String> SAYS = Map.of(
            "valid", "valid",
            "soon", "expires soon",
            "expired", "expired",
            "early", "not valid yet",
            "blocked", "blocked");
    private static final Duration SOON = Duration.ofDays(30);
    private static final int MOST_ADDRESSES = 5;
}
