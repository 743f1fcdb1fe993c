package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.evidence.UnreadableException;
import org.postseal.gateway.audit.evidence.ValidationFile;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * The certificates that records name. A certificate in the evidence folder beside the log is complete; of any other
 * signer's certificate there is only what the record says. All this is at hand even for a user who may read the log
 * with that folder and nothing else. Confined to one thread.
 */
final class NamedCertificates {
    private final Set<String> named = new LinkedHashSet<>();
    private final Map<String, Signer> signers = new LinkedHashMap<>();

    /**
     * The certificate of a signer, as a record describes it.
     *
     * @param notAfter the end of its validity
     * @param subject its subject; empty if the log has no names
     */
    record Signer(Instant notAfter, String subject) {}

    void take(AuditLine line) {
        named.addAll(line.certificates());
        line.validations().stream()
                .flatMap(validation -> validation.parts().stream())
                .forEach(part -> named.add(part.sha256()));
        line.first("postseal.x509.sha256")
                .ifPresent(id -> end(line)
                        .ifPresent(end -> signers.put(
                                id,
                                new Signer(
                                        end,
                                        line.first("x509.subject.distinguished_name")
                                                .orElse("")))));
    }

    private static Optional<Instant> end(AuditLine line) {
        try {
            return line.first("x509.not_after").map(Instant::parse);
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    /**
     * Returns the certificates that are kept beside the log.
     *
     * @param hidden takes the reasons why some could not be looked for
     */
    List<MailCertificate> kept(AuditConfig config, List<String> hidden) {
        List<MailCertificate> kept = new ArrayList<>();
        try {
            for (String id : named) {
                Optional<byte[]> octets = octets(config, id, hidden);
                if (octets.isPresent()) {
                    kept.add(MailCertificate.of(octets.get()));
                }
            }
        } catch (IOException e) {
            hidden.add("certificates that mail used: " + VisibleText.of(e.getMessage() + ": cannot be read"));
        } catch (CertificateException broken) {
            hidden.add("certificates that mail used: one in " + VisibleText.of(config.evidence() + "")
                    + " is no certificate: " + VisibleText.of(String.valueOf(broken.getMessage())));
        }
        return kept;
    }

    /** Returns empty if the certificate cannot be read, so that the search for others goes on. */
    private static Optional<byte[]> octets(AuditConfig config, String id, List<String> hidden) throws IOException {
        try {
            return ValidationFile.certificate(config, id);
        } catch (UnreadableException e) {
            hidden.add("certificates that mail used: " + VisibleText.of(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** Returns what records say about the certificates of signers, by SHA-256. */
    Map<String, Signer> signers() {
        return Map.copyOf(signers);
    }
}
