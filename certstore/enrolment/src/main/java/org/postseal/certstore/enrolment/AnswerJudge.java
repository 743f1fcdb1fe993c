package org.postseal.certstore.enrolment;

import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Judges what an authority has answered, before any of it is stored. The gateway would use no certificate that is
 * refused here, or would have to renew it at once.
 */
final class AnswerJudge {
    private final CertificateStore store;

    AnswerJudge(CertificateStore store) {
        this.store = store;
    }

    sealed interface Verdict {
        /**
         * The certificate can be taken.
         *
         * @param issuers the certificates between it and the anchor; others that came with it are left out
         */
        record Good(MailCertificate certificate, List<MailCertificate> issuers) implements Verdict {}

        /** Nothing of the answer is taken. */
        record Bad(String reason) implements Verdict {}
    }

    /** @param last the time at which the certificate must still be valid */
    Verdict judge(
            List<MailCertificate> answer,
            KeyMaterial key,
            MailAddress address,
            Set<CertificatePurpose> purposes,
            Instant now,
            Instant last) {
        if (answer.size() > MAX_CERTIFICATES) {
            return new Verdict.Bad("the answer has more than " + MAX_CERTIFICATES + " certificates");
        }
        List<MailCertificate> own =
                answer.stream().filter(key::matches).distinct().toList();
        if (own.size() != 1) {
            return new Verdict.Bad(
                    own.isEmpty()
                            ? "no certificate of the answer is for the key of the order"
                            : "the answer has " + own.size() + " certificates for the key of the order");
        }
        MailCertificate certificate = own.getFirst();
        return wrongAddress(certificate, address)
                .or(() -> wrongTime(certificate, now, last))
                .or(certificate::weakness)
                .<Verdict>map(Verdict.Bad::new)
                .orElseGet(() -> byPath(
                        key.handle(
                                certificate,
                                answer.stream()
                                        .filter(each -> !each.equals(certificate))
                                        .distinct()
                                        .toList()),
                        address,
                        purposes,
                        now));
    }

    private static Optional<String> wrongAddress(MailCertificate certificate, MailAddress address) {
        if (!certificate.addresses().contains(address)) {
            return Optional.of("the certificate is not for the address, but for "
                    + (certificate.addresses().isEmpty()
                            ? "none"
                            : certificate.addresses().getFirst()));
        }
        // Whoever signs with the key could sign as the other address, too.
        return certificate.addresses().stream()
                .filter(each -> !each.equals(address))
                .findFirst()
                .map(other -> "the certificate is for another address, too: " + other);
    }

    private static Optional<String> wrongTime(MailCertificate certificate, Instant now, Instant last) {
        if (now.isAfter(certificate.notAfter())) {
            return Optional.of("the certificate expired on " + certificate.notAfter());
        }
        if (now.isBefore(certificate.notBefore())) {
            return Optional.of("the certificate is not valid before " + certificate.notBefore()
                    + "; is the clock of this machine right?");
        }
        return certificate.notAfter().isAfter(last)
                ? Optional.empty()
                : Optional.of("the certificate ends too early, on " + certificate.notAfter()
                        + ": it would have to be renewed at once");
    }

    private Verdict byPath(KeyHandle key, MailAddress address, Set<CertificatePurpose> purposes, Instant now) {
        Set<MailCertificate> issuers = new LinkedHashSet<>();
        // In their own order, so that the reason is the same the next time.
        for (CertificatePurpose purpose : EnumSet.copyOf(purposes)) {
            PathVerdict verdict = key.certificate()
                    .whyNot(purpose)
                    .map(why -> new PathVerdict(new CertificateStatus.WrongUsage(why), List.of(), Instant.MAX))
                    .orElseGet(() -> store.validateKey(key, address, purpose, now));
            switch (verdict.status()) {
                case CertificateStatus.Usable _ ->
                    verdict.path().stream()
                            .skip(1)
                            .limit(Math.max(0, verdict.path().size() - 2))
                            .forEach(issuers::add);
                // The path is trusted. Nobody signs with it before the authority's server answers.
                case CertificateStatus.RevocationOffline _, CertificateStatus.RevocationUnknown _ ->
                    issuers.addAll(key.chain());
                default -> {
                    return new Verdict.Bad("the certificate cannot be used to "
                            + (purpose == CertificatePurpose.SIGN ? "sign" : "encrypt") + ": "
                            + verdict.status().text());
                }
            }
        }
        return new Verdict.Good(key.certificate(), List.copyOf(issuers));
    }

    /** No path is longer; a program that prints its whole bundle is noticed. */
    private static final int MAX_CERTIFICATES = 10;
}
