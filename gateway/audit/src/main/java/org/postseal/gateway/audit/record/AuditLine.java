package org.postseal.gateway.audit.record;

import java.time.Instant;
import java.time.format.DateTimeParseException;
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
 * A line of an audit log that was read. Immutable.
 *
 * @param text the line as it was written, without its line end
 * @param fields the values by the name of the field in the log; a list has several
 */
public record AuditLine(String text, Map<String, List<String>> fields) {
    /** Reads a line; empty if it is not one of ours, because it has another format or was cut. */
    public static Optional<AuditLine> read(String line) {
        return JsonLineReader.read(line).filter(AuditLine::isOne).map(fields -> new AuditLine(line, fields));
    }

    /** Returns true if these are the fields of one of our records. */
    public static boolean isOne(Map<String, List<String>> fields) {
        return fields.containsKey(RecordField.TIME) && fields.containsKey(RecordField.ACTION);
    }

    /** Returns the line with the name of the gateway of a fleet whose log it stands in. It is no record any more. */
    public AuditLine of(String node) {
        Map<String, List<String>> named = new LinkedHashMap<>(fields);
        named.put(RecordField.NODE, List.of(node));
        boolean isNamed = fields.containsKey(RecordField.NODE);
        return new AuditLine(
                isNamed ? text : new JsonLine().put(RecordField.NODE, node).before(text), named);
    }

    public Optional<String> first(String name) {
        return first(fields, name);
    }

    /** Returns the first value of a field, from the fields of a line; empty if the field is not there. */
    public static Optional<String> first(Map<String, List<String>> fields, String name) {
        List<String> values = fields.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** Returns the values of a field; an empty list if the field is not there. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** Returns the SHA-256 of each certificate that the record names, in hexadecimal. */
    public Set<String> certificates() {
        return certificates(fields);
    }

    /** Returns the SHA-256 of each certificate that the fields of a line name, in hexadecimal, in lower case. */
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

    /** Returns what the verdicts on certificates rest on, as far as the record says. */
    public List<Validation> validations() {
        return Validation.read(all(RecordField.VALIDATION));
    }

    /** Returns true if the record is about the message with this Message-ID, which may have angle brackets or not. */
    public boolean isOfMessage(String messageId) {
        return first("email.message_id").map(AuditLine::bare).equals(Optional.of(bare(messageId)));
    }

    /** Returns a Message-ID or an address without its angle brackets. */
    public static String bare(String text) {
        String stripped = text.strip();
        return stripped.length() > 1 && stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1).strip()
                : stripped;
    }

    /** Returns the time of the record; empty if it is none that a record of ours has, with a year of four digits. */
    public Optional<Instant> time() {
        try {
            return first(RecordField.TIME)
                    .filter(time -> time.matches("[0-9]{4}-.*"))
                    .map(Instant::parse);
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }

    /** Returns the number of the record in the chain; empty if it is in none. */
    public Optional<Long> number() {
        return first("postseal.chain.number")
                .filter(digits -> digits.matches("[1-9][0-9]{0,17}"))
                .map(Long::parseLong);
    }

    /** Returns true if the record says what became of a message for one recipient. */
    public boolean isRecipientDone() {
        return first("event.action").equals(Optional.of(RecordField.RECIPIENT_DONE));
    }

    /**
     * Returns true for lines that belong to the chain itself: the first line of a file, a checkpoint, the removal of
     * a file whose time is over, and checkpoints of other gateways.
     */
    public boolean isOfChain() {
        return first("event.action").filter(OF_CHAIN::contains).isPresent();
    }

    /**
     * Returns true if the message was relayed as it came. The decision, protection and reason in the record are then
     * what would have been.
     */
    public boolean isObserved() {
        return first("postseal.mode").equals(Optional.of("observe"));
    }

    /**
     * Returns what was done to the protection, each with its algorithms: {@code signed SHA256}, {@code encrypted AES256
     * PKCS1}, {@code opened AES256}. The list is empty under observe.
     */
    public List<String> made() {
        if (isObserved()) {
            return List.of();
        }
        // Changes of the header stand behind the protection, and may hold a text of the policy's author.
        return Arrays.stream(first("postseal.protection").orElse("").split(", ", -1))
                .takeWhile(part -> !part.startsWith("subject tag ") && !part.startsWith("field "))
                .filter(part ->
                        part.startsWith("signed ") || part.startsWith("encrypted ") || part.startsWith("opened "))
                .toList();
    }

    /**
     * Returns the facts that the policy decided on, see {@link AuditEvent.Decided#facts}. There are none if no policy
     * was asked, or in logs of versions that did not keep them.
     */
    public Map<String, List<String>> facts() {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        fields.forEach((name, values) -> {
            if (name.startsWith(RecordField.FACTS)) {
                facts.put(name.substring(RecordField.FACTS.length()), values);
            }
        });
        return facts;
    }

    /**
     * Returns the questions about certificates, keys and groups with their answers, see {@link
     * AuditEvent.Decided#directory}.
     */
    public List<String> directory() {
        return all(RecordField.DIRECTORY);
    }

    /**
     * Returns the nanoseconds from the end of the message's data to its replies; empty in logs of versions that did not
     * measure them.
     */
    public Optional<Long> duration() {
        return first("event.duration").flatMap(AuditLine::nanoseconds);
    }

    /**
     * Returns the nanoseconds by stage, in the order of {@code docs/flow.md}; an empty map in logs of versions that did
     * not measure them.
     */
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

    /** Returns true if the record has hashes instead of addresses. */
    public boolean isHashed() {
        return first(RecordField.ADDRESSES).equals(Optional.of(RecordField.HASHED));
    }

    /**
     * Returns true if a value of the facts or the answers was too long for a record, so that the whole of it is not
     * known.
     */
    public boolean isCut() {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith(RecordField.FACTS)
                        || field.getKey().equals(RecordField.DIRECTORY))
                .flatMap(field -> field.getValue().stream())
                .anyMatch(value -> value.endsWith(JsonLine.CUT));
    }

    /** Fields that name certificates. */
    public static final List<String> CERTIFICATES = List.of(
            "postseal.certificates",
            "postseal.signers",
            RecordField.SIGNED_PARTS,
            "postseal.readers",
            RecordField.REJECTED,
            "postseal.object");

    private static final int FINGERPRINT_DIGITS = 64;
    private static final Set<String> OF_CHAIN =
            Set.of(RecordField.SEGMENT, RecordField.CHECKPOINT, RecordField.ERASED, RecordField.WITNESS);
}
