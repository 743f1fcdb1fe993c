package org.postseal.gateway.admin.rollout;

import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.SstContents;
import org.postseal.certstore.format.SstElement;
import org.postseal.certstore.format.SstReader;

/**
 * The collection of issuers by which Exchange validates S/MIME ({@code SMIMECertificateIssuingCA}), and the script that
 * sets it.
 */
public final class TrustScript {
    private TrustScript() {}

    public sealed interface Result {}

    public record Made(List<RolloutFile> files) implements Result {}

    /** The collection has problems. Exchange refuses a whole collection because of one member that has expired. */
    public record Refused(List<String> problems) implements Result {}

    /** @param sst the certificates in Microsoft's format for a serialized store (.sst) */
    public static Result of(byte[] sst, Instant now) {
        SstContents contents = SstReader.readFile(sst, SstReader.Mode.STRICT);
        List<String> problems = new ArrayList<>();
        contents.problems().forEach(problem -> problems.add(problem.toString()));
        List<SstElement> certificates = contents.elements().stream()
                .filter(element -> element.kind() == SstElement.Kind.CERTIFICATE)
                .toList();
        if (certificates.isEmpty() && problems.isEmpty()) {
            problems.add("no certificate in it");
        }
        certificates.forEach(element -> fault(element, now, problems));
        return problems.isEmpty()
                ? new Made(List.of(
                        RolloutFile.of("virtual-certificate-collection.sst", sst),
                        RolloutFile.script("trust.ps1", to -> JtetrustGenerated.render(to, null))))
                : new Refused(problems);
    }

    private static void fault(SstElement element, Instant now, List<String> problems) {
        try {
            MailCertificate certificate = MailCertificate.of(element.der());
            if (certificate.notAfter().isBefore(now)) {
                problems.add(certificate.subject() + " expired on " + certificate.notAfter());
            }
        } catch (CertificateException unreadable) {
            problems.add("element " + element.number() + " is no certificate");
        }
    }
}
