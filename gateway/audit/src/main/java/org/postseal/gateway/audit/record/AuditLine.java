package org.postseal.gateway.audit.record;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.audit.AuditEvent;

/**
 * A line of an audit log, read again. Immutable.
 *
 * @param text as it was written, without its line end
 * @param fields by the names they have in the log; one value each, a list several
 */
public record AuditLine(String text, Map<String, List<String>> fields) {
    /** The line; empty when it is none of ours: another format, or a line that was cut. */
    public static Optional<AuditLine> read(String line) {
        return JsonLineReader.read(line).filter(AuditLine::isOne).map(fields -> new AuditLine(line, fields));
    }

    /** Whether these are the fields of one of ours. */
    public static boolean isOne(Map<String, List<String>> fields) {
        return fields.containsKey(RecordField.TIME) && fields.containsKey(RecordField.ACTION);
    }

    /** The only or first value of a field. */
    public Optional<String> first(String name) {
        return first(fields, name);
    }

    /** The same of the fields of a line. */
    public static Optional<String> first(Map<String, List<String>> fields, String name) {
        List<String> values = fields.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** The values of a field; none when it is not there. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** SHA-256 of each certificate that it names, in hexadecimal. */
    public Set<String> certificates() {
        return certificates(fields);
    }

    /** The same of the fields of a line; in lower case. */
    public static Set<String> certificates(Map<String, List<String>> fields) {
        Set<String> certificates = new LinkedHashSet<>();
        for (String field : CERTIFICATES) {
            fields.getOrDefault(field, List.of())
                    .forEach(value -> addFingerprints(value.toLowerCase(Locale.ROOT), certificates));
        }
        return certificates;
    }

    private static void addFingerprints(String text, Set<String> fingerprints) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ? digits + 1 : 0;
            if (digits == FINGERPRINT_DIGITS) {
                fingerprints.add(text.substring(i + 1 - FINGERPRINT_DIGITS, i + 1));
                digits = 0;
            }
        }
    }

    /** What the verdicts on certificates rest on, as far as the record says. */
    public List<Validation> validations() {
        return Validation.read(all(RecordField.VALIDATION));
    }

    /** Whether it is about the message with this Message-ID, with or without angle brackets. */
    public boolean isOfMessage(String messageId) {
        return first("email.message_id").map(AuditLine::bare).equals(Optional.of(bare(messageId)));
    }

    /** A Message-ID or an address without its angle brackets. */
    public static String bare(String text) {
        String stripped = text.strip();
        return stripped.length() > 1 && stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1).strip()
                : stripped;
    }

    /** Its number in the chain; empty when it stands in none. */
    public Optional<Long> number() {
        return first("postseal.chain.number")
                .filter(digits -> digits.matches("[1-9][0-9]{0,17}"))
                .map(Long::parseLong);
    }

    /** True for what became of a message for one recipient. */
    public boolean isRecipientDone() {
        return first("event.action").equals(Optional.of(RecordField.RECIPIENT_DONE));
    }

    /** True for lines that belong to the chain itself: the first one of a file, a checkpoint, the removal of a file whose time was over. */
    public boolean isOfChain() {
        return first("event.action").filter(OF_CHAIN::contains).isPresent();
    }

    /** True when the message was relayed as it came, whatever stands there of decision, protection and reason: that would have been. */
    public boolean isObserved() {
        return first("postseal.mode").equals(Optional.of("observe"));
    }

    /** What was done to protection, each thing with its algorithms: {@code signed SHA256}, {@code encrypted AES256 PKCS1}, {@code opened AES256}. Nothing under observe. */
    public List<String> made() {
        if (isObserved()) {
            return List.of();
        }
        // what was done to the header comes behind it, and may have a text of the policy's author
        return Arrays.stream(first("postseal.protection").orElse("").split(", ", -1))
                .takeWhile(part -> !part.startsWith("subject tag ") && !part.startsWith("field "))
                .filter(part ->
                        part.startsWith("signed ") || part.startsWith("encrypted ") || part.startsWith("opened "))
                .toList();
    }

    /** The facts that the policy decided on, see {@link AuditEvent.Decided#facts}; none when no policy was asked, or in logs of versions that did not keep them. */
    public Map<String, List<String>> facts() {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        fields.forEach((name, values) -> {
            if (name.startsWith(RecordField.FACTS)) {
                facts.put(name.substring(RecordField.FACTS.length()), values);
            }
        });
        return facts;
    }

    /** What the directory answered, see {@link AuditEvent.Decided#directory}. */
    public List<String> directory() {
        return all(RecordField.DIRECTORY);
    }

    /** Nanoseconds from the end of the message's data to its replies; empty in logs of versions that did not look at the clock. */
    public Optional<Long> duration() {
        return first("event.duration").flatMap(AuditLine::nanoseconds);
    }

    /** Nanoseconds by stage, in the order of the road; none likewise. */
    public Map<String, Long> stages() {
        Map<String, Long> stages = new LinkedHashMap<>();
        fields.forEach((name, values) -> {
            if (name.startsWith(RecordField.STAGES + ".")) {
                values.stream()
                        .findFirst()
                        .flatMap(AuditLine::nanoseconds)
                        .ifPresent(spent -> stages.put(name.substring(RecordField.STAGES.length() + 1), spent));
            }
        });
        return stages;
    }

    private static Optional<Long> nanoseconds(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** True where it has hashes in the place of addresses. */
    public boolean isHashed() {
        return first(RecordField.ADDRESSES).equals(Optional.of(RecordField.HASHED));
    }

    /** True when a value was longer than a record keeps, so that it is not known whole. */
    public boolean isCut() {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith(RecordField.FACTS)
                        || field.getKey().equals(RecordField.DIRECTORY))
                .flatMap(field -> field.getValue().stream())
                .anyMatch(value -> value.endsWith(JsonLine.CUT));
    }

    /** Fields that name certificates. */
    public static final List<String> CERTIFICATES = List.of(
            "postseal.certificates", "postseal.signers", "postseal.readers", RecordField.REJECTED, "postseal.object");

    private static final int FINGERPRINT_DIGITS = 64;
    private static final Set<String> OF_CHAIN = Set.of(RecordField.SEGMENT, RecordField.CHECKPOINT, RecordField.ERASED);
}
