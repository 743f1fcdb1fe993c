package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which records somebody looks for; what is empty is not asked.
 *
 * @param from first time
 * @param until first time no longer
 * @param address part of the sender's or recipient's address
 * @param message part of the Message-ID in the same case, or a queue id, ours or the upstream's
 * @param rule that matched
 * @param outcome {@code success} or {@code failure}
 * @param reason name from the {@code Reason} table
 * @param certificate part of the SHA-256 of one that was used, signed with or encrypted to
 */
public record AuditQuery(
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<String> address,
        Optional<String> message,
        Optional<String> rule,
        Optional<String> outcome,
        Optional<String> reason,
        Optional<String> certificate) {
    /** Everything. */
    public static final AuditQuery ALL = new AuditQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** All that has to do with a message, by its Message-ID or queue id. */
    public static AuditQuery ofMessage(String id) {
        return new AuditQuery(
                ALL.from, ALL.until, ALL.address, Optional.of(id), ALL.rule, ALL.outcome, ALL.reason, ALL.certificate);
    }

    /**
     * Reads the log and hands over what fits, oldest first. Lines that are no records are passed over: whether the log is whole is the verifier's business.
     *
     * @param files oldest first
     */
    public void run(List<Path> files, Consumer<AuditLine> found) throws IOException {
        for (Path file : files) {
            try (SegmentReader reader = SegmentReader.open(file)) {
                for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                    String text = new String(line.get(), UTF_8);
                    if (mayFit(text)) {
                        AuditLine.read(text).filter(this::fits).ifPresent(found);
                    }
                }
            }
        }
    }

    // a look at the text is a tenth of the work of reading it; what JSON escapes is not looked for so
    private boolean mayFit(String text) {
        return message.filter(AuditQuery::isPlain).stream().allMatch(text::contains)
                && certificate.filter(AuditQuery::isPlain).stream()
                        .allMatch(digits -> text.contains(digits.toLowerCase(Locale.ROOT)));
    }

    private boolean fits(AuditLine line) {
        return from.stream()
                        .allMatch(time ->
                                at(line).filter(at -> !at.isBefore(time)).isPresent())
                && until.stream()
                        .allMatch(
                                time -> at(line).filter(at -> at.isBefore(time)).isPresent())
                && address.stream()
                        .allMatch(part -> contains(line, "email.from", part) || contains(line, "email.to", part))
                && message.stream()
                        .allMatch(id -> line.first("email.message_id")
                                        .filter(found -> found.contains(id))
                                        .isPresent()
                                || line.first("postseal.queue_id").equals(Optional.of(id))
                                || line.first("postseal.upstream_id").equals(Optional.of(id)))
                && rule.stream().allMatch(name -> line.first("rule.id").equals(Optional.of(name)))
                && outcome.stream().allMatch(word -> line.first("event.outcome").equals(Optional.of(word)))
                && reason.stream()
                        .allMatch(name -> line.first("postseal.reason").equals(Optional.of(name)))
                && certificate.stream()
                        .allMatch(digits -> CERTIFICATES.stream().anyMatch(field -> contains(line, field, digits)));
    }

    private static Optional<Instant> at(AuditLine line) {
        try {
            return line.first("@timestamp").map(Instant::parse);
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static boolean contains(AuditLine line, String field, String part) {
        String wanted = part.toLowerCase(Locale.ROOT);
        return line.all(field).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(wanted));
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '"' && c != '\\');
    }

    private static final List<String> CERTIFICATES =
            List.of("postseal.certificates", "postseal.signers", "postseal.readers", "postseal.object");
}
