package org.postseal.gateway.console;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.console.ChainVerdicts.Verdict;
import org.postseal.gateway.console.http.Page;

/** Shows the whole story of a message: every attempt, every recipient, what was decided, and why. */
public final class StoryPage {
    private final MessageArchive archive;
    private final LogsInView logs;
    private final DirectoryInView directory;
    private final PolicyInView policies;
    private final InstantSource clock;

    StoryPage(
            MessageArchive archive,
            LogsInView logs,
            DirectoryInView directory,
            PolicyInView policies,
            InstantSource clock) {
        this.archive = archive;
        this.logs = logs;
        this.clock = clock;
        this.directory = directory;
        this.policies = policies;
    }

    /**
     * Holds the content of the page.
     *
     * @param id the id that was asked for
     * @param fleet the logs in which its records were looked for
     * @param attempts the attempts, oldest first
     * @param others attempts of messages with the same Message-ID
     * @param remarks says what may be missing
     */
    public record View(
            String id, FleetInView fleet, List<Attempt> attempts, List<RecordRow> others, List<String> remarks) {}

    /**
     * Shows one transaction.
     *
     * @param node the gateway of a fleet that made it; empty for a gateway by itself
     */
    public record Attempt(String queueId, String node, String time, List<Entry> head, List<ForRecipient> recipients) {}

    /**
     * Shows the record of one recipient, or another record of the same message.
     *
     * @param ending what became of the message
     * @param rule the lines of the policy that decided, as they were then; none if that policy is not kept
     * @param policy the SHA-256 of that policy; empty if there are no lines
     */
    public record ForRecipient(
            String to,
            Ending ending,
            String time,
            List<String> steps,
            List<Entry> entries,
            List<Entry> facts,
            List<NamedCertificate> certificates,
            List<String> rule,
            String policy,
            Place place) {}

    /**
     * Shows a certificate that a record names.
     *
     * @param subject the subject as the certificate store has it; empty if the certificate cannot be seen from here
     */
    public record NamedCertificate(String sha256, String link, String subject) {}

    /**
     * Shows the place of a record in the chain.
     *
     * @param state {@code verified}, {@code pending}, {@code broken} or {@code unknown}
     * @param says the state in words
     */
    public record Place(String number, String hash, String state, List<String> says) {}

    Page page(Parameters asked, Frame frame) throws IOException {
        String id = asked.text("id");
        MessageArchive.Story story = id.isEmpty() ? MessageArchive.Story.NOTHING : archive.story(id);
        List<AuditLine> records = story.records();
        Map<Made, List<AuditLine>> attempts = new LinkedHashMap<>();
        for (AuditLine record : records) {
            attempts.computeIfAbsent(Made.of(record), _ -> new ArrayList<>()).add(record);
        }
        Map<String, String> subjects = records.isEmpty() ? Map.of() : subjects(records);
        List<Attempt> shown = new ArrayList<>();
        for (Map.Entry<Made, List<AuditLine>> attempt : attempts.entrySet()) {
            shown.add(attempt(attempt.getKey(), attempt.getValue(), subjects));
        }
        View view =
                new View(id, logs.fleet(clock.instant()), shown, others(records, attempts.keySet()), story.remarks());
        return Renderer.page(
                records.isEmpty() ? 404 : 200, output -> JtestoryGenerated.render(output, null, frame, view));
    }

    /** Names an attempt; two gateways may give the same queue id. */
    private record Made(String node, String queueId) {
        static Made of(AuditLine record) {
            return new Made(
                    record.first(RecordField.NODE).orElse(""),
                    record.first("postseal.queue_id").orElse(""));
        }
    }

    private List<RecordRow> others(List<AuditLine> records, Set<Made> shown) throws IOException {
        Optional<String> messageId = records.stream()
                .flatMap(record -> record.first("email.message_id").stream())
                .findFirst();
        if (messageId.isEmpty()) {
            return List.of();
        }
        return archive.story(messageId.get()).records().stream()
                .filter(record -> !shown.contains(Made.of(record)))
                .map(RecordRow::of)
                .limit(MOST_OTHERS)
                .toList();
    }

    /** Returns the subjects of those certificates that can be seen from here, by SHA-256. */
    private Map<String, String> subjects(List<AuditLine> records) {
        Set<String> named = new LinkedHashSet<>();
        records.forEach(record -> named.addAll(certificates(record)));
        Map<String, String> subjects = new HashMap<>();
        if (!named.isEmpty()) {
            directory.look(seen -> {
                named.stream()
                        .limit(MOST_CERTIFICATES)
                        .forEach(sha256 -> DirectoryInView.find(seen, new CertificateId(sha256))
                                .ifPresent(found -> subjects.put(sha256, CertificateRow.subject(found))));
                return subjects;
            });
        }
        return subjects;
    }

    private static List<String> certificates(AuditLine record) {
        return record.certificates().stream()
                .filter(sha256 -> sha256.matches(CertificatesPage.SHA256))
                .toList();
    }

    private Attempt attempt(Made made, List<AuditLine> records, Map<String, String> subjects) throws IOException {
        AuditLine first = records.getFirst();
        List<ForRecipient> recipients = new ArrayList<>();
        for (AuditLine record : records) {
            recipients.add(forRecipient(record, subjects));
        }
        return new Attempt(
                made.queueId(),
                made.node(),
                Times.read(first).map(Times::second).orElse(""),
                head(first),
                recipients);
    }

    private ForRecipient forRecipient(AuditLine line, Map<String, String> subjects) throws IOException {
        List<Entry> facts = new ArrayList<>();
        line.facts().forEach((name, values) -> facts.add(new Entry(name, values)));
        line.directory().forEach(answer -> facts.add(Entry.of("asked the directory", answer)));
        List<String> rule = policies.decided(line);
        return new ForRecipient(
                line.first("email.to.address").orElse(""),
                Ending.of(line),
                Times.read(line).map(Times::second).orElse(""),
                line.all("postseal.steps").stream().map(Times::shown).toList(),
                entries(line, EACH),
                facts,
                certificates(line).stream()
                        .map(sha256 -> new NamedCertificate(
                                sha256, CertificateRow.link(sha256), subjects.getOrDefault(sha256, "")))
                        .toList(),
                rule,
                rule.isEmpty() ? "" : line.first(PolicyInView.SHA256).orElse(""),
                place(line));
    }

    private Place place(AuditLine line) throws IOException {
        Optional<Long> number = line.number();
        String hash = line.first("postseal.chain.hash").orElse("none");
        if (number.isEmpty()) {
            return new Place("none", hash, "unknown", List.of("The record is in no chain."));
        }
        String place = String.valueOf(number.get());
        return switch (logs.verdict(line, number.get())) {
            case Verdict.Verified(long to) ->
                new Place(
                        place,
                        hash,
                        "verified",
                        List.of("Verified: its file fits together,"
                                + " and a signed checkpoint covers everything up to record "
                                + to + "."));
            case Verdict.NotSignedYet(long to) ->
                new Place(
                        place,
                        hash,
                        "pending",
                        List.of("Its file fits together; the checkpoint that will sign it is not written yet."
                                + " Signed up to record "
                                + to + "."));
            case Verdict.Broken(List<String> findings) -> {
                List<String> says = new ArrayList<>(List.of("NOT VERIFIED: something in its file does not fit."));
                says.addAll(findings);
                yield new Place(place, hash, "broken", says);
            }
            case Verdict.Unknown(String why) -> new Place(place, hash, "unknown", List.of("Not verified: " + why));
        };
    }

    private static List<Entry> head(AuditLine first) {
        List<Entry> entries = new ArrayList<>(entries(first, HEAD));
        first.duration().ifPresent(total -> {
            List<String> times = new ArrayList<>(List.of(Durations.text(total)));
            first.stages().forEach((stage, spent) -> times.add(stage + " " + Durations.text(spent)));
            entries.add(new Entry("Took", times));
        });
        return entries;
    }

    private static List<Entry> entries(AuditLine line, Map<String, String> names) {
        List<Entry> entries = new ArrayList<>();
        names.forEach((name, label) -> {
            List<String> values = (name.equals(HandledText.DONE)
                            ? InWords.done(line).stream()
                            : line.all(name).stream().map(value -> inWords(name, value)))
                    .filter(value -> !value.isEmpty())
                    .toList();
            if (!values.isEmpty()) {
                entries.add(new Entry(line.isObserved() ? WOULD_BE.getOrDefault(name, label) : label, values));
            }
        });
        return entries;
    }

    private static String inWords(String name, String value) {
        return switch (name) {
            case "postseal.came", "postseal.left" -> HandledText.text(value);
            case "x509.not_before", "x509.not_after", "postseal.detail" -> Times.shown(value);
            default -> value;
        };
    }

    private static final Map<String, String> HEAD = new LinkedHashMap<>();
    private static final Map<String, String> EACH = new LinkedHashMap<>();

    static {
        HEAD.put("email.message_id", "Message-ID");
        HEAD.put("email.sender.address", "From (reverse path)");
        HEAD.put("source.address", "Client");
        HEAD.put("tls.version", "Client's TLS");
        HEAD.put("tls.cipher", "Client's cipher");
        HEAD.put("tls.client.subject", "Client's certificate");
        HEAD.put("postseal.proxy", "Client named by");
        HEAD.put("postseal.upstream_id", "Queue id upstream");
        HEAD.put("postseal.size", "Octets");
        HEAD.put("postseal.direction", "Direction");
        HEAD.put("postseal.policy.sha256", "Policy (SHA-256)");
        HEAD.put("postseal.policy.epoch", "Epoch of the policy");
        HEAD.put("postseal.mode", "Mode");
        HEAD.put("postseal.signature", "Signature it came with");
        HEAD.put("postseal.signers", "Signers");
        HEAD.put(RecordField.SIGNED_PARTS, "Signed parts");
        EACH.put("postseal.decision", "Decision");
        EACH.put("rule.id", "Rule");
        EACH.put("postseal.mailbox_policy", "Mailbox policy");
        EACH.put("postseal.reason", "Reason");
        EACH.put("postseal.detail", "Because");
        EACH.put("postseal.protection", "Protection that leaves");
        EACH.put("postseal.came", "What came");
        EACH.put(HandledText.DONE, "What was done to it");
        EACH.put("postseal.left", "What left");
        EACH.put("postseal.header_protection", "Header protection");
        EACH.put("postseal.old_mail", "Old mail");
        EACH.put("x509.subject.distinguished_name", "Signed by");
        EACH.put("x509.issuer.distinguished_name", "Signer's issuer");
        EACH.put("x509.serial_number", "Signer's serial number");
        EACH.put("x509.not_before", "Signer's certificate from");
        EACH.put("x509.not_after", "Signer's certificate until");
        EACH.put("x509.public_key_algorithm", "Signer's key");
        EACH.put("postseal.x509.sha256", "Signer's certificate (SHA-256)");
        EACH.put("postseal.certificates", "Certificates used");
        EACH.put("postseal.rejected", "Certificates rejected");
        EACH.put("postseal.readers", "Further readers");
        EACH.put("postseal.validation", "Evidence of verdicts");
        EACH.put("postseal.unit", "Delivery unit");
        EACH.put("postseal.journal", "Journal");
        EACH.put("destination.address", "Next hop");
        EACH.put("destination.port", "Next hop's port");
        EACH.put("postseal.next_hop.tls.version", "Next hop's TLS");
        EACH.put("postseal.next_hop.tls.cipher", "Next hop's cipher");
        EACH.put("postseal.next_hop.tls.server.subject", "Next hop's certificate");
        EACH.put("postseal.next_hop.tls.verified", "Next hop verified");
        EACH.put("postseal.size_sent", "Octets sent");
        EACH.put("postseal.next_hop_reply", "Next hop said");
        EACH.put("postseal.next_hop_queue_id", "Next hop's queue id");
        EACH.put("postseal.reply", "Peer was told");
        EACH.put("postseal.settings", "Settings, with the level that gave them");
        EACH.put("postseal.shadow.decision", "Shadow policy decides");
        EACH.put("postseal.shadow.rule", "Shadow policy's rule");
        EACH.put("postseal.shadow.reason", "Shadow policy's reason");
        EACH.put("postseal.shadow.detail", "Shadow policy's cause");
    }

    /** Holds other labels for what was not done because the policy is only observed. */
    private static final Map<String, String> WOULD_BE = Map.of(
            "postseal.decision",
            "Decision, not carried out",
            "postseal.protection",
            "Protection that would leave",
            HandledText.DONE,
            "What would be done to it",
            "postseal.certificates",
            "Certificates that would be used");

    private static final int MOST_OTHERS = 50;
    private static final int MOST_CERTIFICATES = 200;
}
