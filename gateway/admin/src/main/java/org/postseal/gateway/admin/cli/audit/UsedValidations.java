package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.evidence.FileFault;
import org.postseal.gateway.audit.evidence.UnreadableException;
import org.postseal.gateway.audit.evidence.ValidationFile;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.Validation;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * What the verdicts on certificates rest on, as the records say.
 *
 * @param checks the verdicts that a third party can work out again
 * @param unanswered the certificates of paths about which nothing was known, with the reason
 * @param files the revocation lists and responses that are kept, by their names in the bundle
 * @param missing the names of those that are not kept or cannot be read
 * @param unreadable those that cannot be read, with the reason
 */
record UsedValidations(
        List<Check> checks,
        List<String> unanswered,
        SortedMap<String, byte[]> files,
        List<String> missing,
        List<String> unreadable) {
    UsedValidations {
        checks = List.copyOf(checks);
        unanswered = List.copyOf(unanswered);
        missing = List.copyOf(missing);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * The check whether one certificate is revoked.
     *
     * @param record the number of the record that names it
     * @param time the time for which it was judged, or that of the newest answer, which may be some minutes later
     * @param certificate its SHA-256
     * @param issuers SHA-256 of the rest of the path, with the trust anchor last
     * @param answers SHA-256 of a response, or of the lists that decide together
     */
    record Check(long record, Instant time, String certificate, List<String> issuers, Kind kind, List<String> answers) {
        Check {
            issuers = List.copyOf(issuers);
            answers = List.copyOf(answers);
        }

        List<String> certificates() {
            return Stream.concat(Stream.of(certificate), issuers.stream()).toList();
        }

        String file(String answer) {
            return name(kind, answer);
        }

        /** Returns the time as the next whole second, since OpenSSL would not see a list from within this second. */
        long seconds() {
            return time.plusNanos(999_999_999).getEpochSecond();
        }
    }

    /** Reads the records and what is kept beside the log. */
    static UsedValidations of(AuditConfig config, Collection<AuditLine> records) {
        List<Check> checks = new ArrayList<>();
        Set<String> unanswered = new LinkedHashSet<>();
        Set<List<Object>> seen = new LinkedHashSet<>();
        for (AuditLine line : records) {
            for (Validation validation : line.validations()) {
                for (int i = 0; i < validation.parts().size(); i++) {
                    Validation.Part part = validation.parts().get(i);
                    part.without().ifPresent(why -> unanswered.add(part.sha256() + ": " + VisibleText.of(why)));
                    List<String> issuers = validation
                            .parts()
                            .subList(i + 1, validation.parts().size())
                            .stream()
                            .map(Validation.Part::sha256)
                            .toList();
                    checks(line, part, issuers).stream()
                            .filter(check -> !issuers.isEmpty())
                            .filter(check ->
                                    seen.add(List.of(check.certificate(), issuers, check.answers(), check.time())))
                            .forEach(checks::add);
                }
            }
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        Set<String> unreadable = new LinkedHashSet<>();
        for (Check check : checks) {
            for (String answer : check.answers()) {
                String name = name(check.kind(), answer);
                octets(config, check.kind(), answer, unreadable)
                        .ifPresentOrElse(octets -> files.put(name, octets), () -> missing.add(name));
            }
        }
        return new UsedValidations(
                checks,
                List.copyOf(unanswered),
                files,
                missing.stream().distinct().toList(),
                List.copyOf(unreadable));
    }

    /** Returns the SHA-256 of every certificate of the paths. */
    static Stream<String> certificates(Collection<AuditLine> records) {
        return records.stream()
                .flatMap(line -> line.validations().stream())
                .flatMap(validation -> validation.parts().stream())
                .map(Validation.Part::sha256);
    }

    /** Returns the name of an answer in the bundle. */
    static String name(Kind kind, String sha256) {
        return switch (kind) {
            case CRL -> "crl-" + sha256 + ".crl";
            case OCSP -> "ocsp-" + sha256 + ".der";
        };
    }

    /** Returns the word that records have for a kind. */
    static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static List<Check> checks(AuditLine line, Validation.Part part, List<String> issuers) {
        List<Check> checks = new ArrayList<>();
        long number = line.number().orElseThrow();
        Instant time = judged(line);
        List<Validation.Answer> lists = part.answers().stream()
                .filter(answer -> answer.kind() == Kind.CRL)
                .toList();
        if (!lists.isEmpty()) {
            checks.add(new Check(
                    number,
                    latest(time, lists),
                    part.sha256(),
                    issuers,
                    Kind.CRL,
                    lists.stream().map(Validation.Answer::sha256).toList()));
        }
        part.answers().stream()
                .filter(answer -> answer.kind() == Kind.OCSP)
                .forEach(answer -> checks.add(new Check(
                        number,
                        latest(time, List.of(answer)),
                        part.sha256(),
                        issuers,
                        Kind.OCSP,
                        List.of(answer.sha256()))));
        return checks;
    }

    // OpenSSL has no tolerance: it refuses an answer that was made after the time for which it judges
    private static Instant latest(Instant judged, List<Validation.Answer> answers) {
        return Stream.concat(Stream.of(judged), answers.stream().map(Validation.Answer::thisUpdate))
                .max(Comparator.naturalOrder())
                .orElse(judged);
    }

    /** Returns the time of receipt, for which the certificates were judged, or else the time of the record. */
    private static Instant judged(AuditLine line) {
        Optional<String> received = Optional.ofNullable(line.facts().get("time"))
                .flatMap(times -> times.stream().findFirst());
        try {
            return Instant.parse(received.or(() -> line.first("@timestamp")).orElseThrow());
        } catch (DateTimeException noTime) {
            return Instant.EPOCH;
        }
    }

    private static Optional<byte[]> octets(
            AuditConfig config, Kind kind, String sha256, Collection<String> unreadable) {
        try {
            return ValidationFile.answer(config, kind, sha256);
        } catch (UnreadableException e) {
            unreadable.add(VisibleText.of(String.valueOf(e.getMessage())));
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "the folder with lists and responses cannot be read: "
                            + VisibleText.of(config.evidence() + ": " + FileFault.words(config.evidence(), e)),
                    "run it as the user who may read " + config.evidence());
        }
    }
}
