package org.postseal.gateway.audit.search;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecipientOutcome;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Says which records are looked for. An empty condition is ignored, and all others must hold. Whole values are found by
 * the index, and parts by reading everything. Lines of the chain itself ({@link AuditLine#isOfChain}) are found only by
 * a part. The other conditions are not about them, although these lines have times and an outcome.
 *
 * @param from the first time that is included
 * @param until the first time that is not included any more
 * @param message a whole Message-ID, with or without its angle brackets, or a queue id of ours, the upstream's or the
 * next hop's
 * @param address the whole address of the sender or a recipient, or the domain of one
 * @param rule the rule that matched
 * @param outcome {@code success} or {@code failure}, or the word of a {@link RecipientOutcome}
 * @param reason a name from the {@code Reason} table
 * @param direction {@code outbound}, {@code inbound}, {@code internal} or {@code forwarded}
 * @param certificate SHA-256 in hexadecimal of a certificate that was used, signed with, encrypted to or changed; a
 * part of it is found too, by reading everything
 * @param parts texts that must each stand in any value of the record, in upper or lower case
 * @param alias what a record may have instead of the address
 */
public record AuditQuery(
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<String> message,
        Optional<String> address,
        Optional<String> rule,
        Optional<String> outcome,
        Optional<String> reason,
        Optional<String> direction,
        Optional<String> certificate,
        List<String> parts,
        Optional<String> alias) {
    public AuditQuery {
        message = message.map(AuditLine::bare);
        address = address.map(AuditTerms::address);
        certificate = certificate.map(digits -> digits.toLowerCase(Locale.ROOT));
        parts = List.copyOf(parts);
    }

    /**
     * Returns the query for a log that may have hashes instead of addresses. Its older records may still have the
     * addresses.
     */
    AuditQuery hashed(AddressHash hash) {
        return new AuditQuery(
                from,
                until,
                message,
                address,
                rule,
                outcome,
                reason,
                direction,
                certificate,
                parts,
                address.flatMap(hash::alias));
    }

    /** Begins a query that finds all records until a condition is added. */
    public static Criteria where() {
        return new Criteria();
    }

    public static final AuditQuery ALL = where().query();

    /** Finds all records about a message, by its whole Message-ID or queue id. */
    public static AuditQuery ofMessage(String id) {
        return where().message(Optional.of(id)).query();
    }

    public static AuditQuery ofTime(Optional<Instant> from, Optional<Instant> until) {
        return where().from(from).until(until).query();
    }

    /**
     * Collects the conditions of a query, for a log whose addresses are not hashed. The names are those of {@link
     * AuditQuery}. Used by one thread.
     */
    public static final class Criteria {
        private Optional<Instant> from = Optional.empty();
        private Optional<Instant> until = Optional.empty();
        private Optional<String> message = Optional.empty();
        private Optional<String> address = Optional.empty();
        private Optional<String> rule = Optional.empty();
        private Optional<String> outcome = Optional.empty();
        private Optional<String> reason = Optional.empty();
        private Optional<String> direction = Optional.empty();
        private Optional<String> certificate = Optional.empty();
        private List<String> parts = List.of();

        private Criteria() {}

        public Criteria from(Optional<Instant> wanted) {
            from = wanted;
            return this;
        }

        public Criteria until(Optional<Instant> wanted) {
            until = wanted;
            return this;
        }

        public Criteria message(Optional<String> wanted) {
            message = wanted;
            return this;
        }

        public Criteria address(Optional<String> wanted) {
            address = wanted;
            return this;
        }

        public Criteria rule(Optional<String> wanted) {
            rule = wanted;
            return this;
        }

        public Criteria outcome(Optional<String> wanted) {
            outcome = wanted;
            return this;
        }

        public Criteria reason(Optional<String> wanted) {
            reason = wanted;
            return this;
        }

        public Criteria direction(Optional<String> wanted) {
            direction = wanted;
            return this;
        }

        public Criteria certificate(Optional<String> wanted) {
            certificate = wanted;
            return this;
        }

        public Criteria parts(List<String> wanted) {
            parts = wanted;
            return this;
        }

        public AuditQuery query() {
            return new AuditQuery(
                    from,
                    until,
                    message,
                    address,
                    rule,
                    outcome,
                    reason,
                    direction,
                    certificate,
                    parts,
                    Optional.empty());
        }
    }

    /** Returns true if the record meets all conditions. */
    public boolean fits(AuditLine line) {
        return (!line.isOfChain() || !parts.isEmpty())
                && isInTime(line)
                && message.stream().allMatch(id -> AuditTerms.ids(line.fields()).contains(id))
                && (address.isEmpty() || addresses().anyMatch(AuditTerms.addresses(line.fields())::contains))
                && is(line, "rule.id", rule)
                && outcome.stream().allMatch(word -> hasOutcome(line, word))
                && is(line, "postseal.reason", reason)
                && is(line, "postseal.direction", direction)
                && certificate.stream()
                        .allMatch(digits -> AuditLine.CERTIFICATES.stream()
                                .flatMap(field -> line.all(field).stream())
                                .anyMatch(
                                        value -> value.toLowerCase(Locale.ROOT).contains(digits)))
                && parts.stream().allMatch(part -> hasPart(line, part.toLowerCase(Locale.ROOT)));
    }

    private Stream<String> addresses() {
        return Stream.concat(address.stream(), alias.stream());
    }

    /**
     * Returns the index terms of the query. Every record that fits has at least one term of each set. The list is empty
     * if the index cannot help.
     */
    List<Set<Long>> terms() {
        List<Set<Long>> terms = new ArrayList<>();
        message.ifPresent(id -> terms.add(Set.of(AuditTerms.term(AuditTerms.ID, id))));
        if (address.isPresent()) {
            terms.add(addresses()
                    .map(whole -> AuditTerms.term(AuditTerms.ADDRESS, whole))
                    .collect(Collectors.toSet()));
        }
        rule.ifPresent(name -> terms.add(Set.of(AuditTerms.term("rule.id", name))));
        outcome.ifPresent(word -> terms.add(Set.of(AuditTerms.term("event.outcome", outwardly(word)))));
        reason.ifPresent(name -> terms.add(Set.of(AuditTerms.term("postseal.reason", name))));
        direction.ifPresent(word -> terms.add(Set.of(AuditTerms.term("postseal.direction", word))));
        certificate
                .filter(digits -> AuditTerms.FINGERPRINT.matcher(digits).matches())
                .ifPresent(digits -> terms.add(Set.of(AuditTerms.term(AuditTerms.CERTIFICATE, digits))));
        return terms;
    }

    /**
     * Returns texts that stand in the line of every record that fits, in upper or lower case. To look for them is a
     * tenth of the work of reading the line.
     */
    List<Needle> needles() {
        List<String> wanted = new ArrayList<>(parts);
        message.ifPresent(wanted::add);
        // A domain stands in the whole address, so it is a needle too. With hashes a record has the address or its
        // alias.
        if (alias.isEmpty()) {
            address.ifPresent(wanted::add);
        }
        rule.ifPresent(wanted::add);
        reason.ifPresent(wanted::add);
        certificate.ifPresent(wanted::add);
        return wanted.stream().filter(AuditQuery::isPlain).map(Needle::of).toList();
    }

    private boolean isInTime(AuditLine line) {
        if (from.isEmpty() && until.isEmpty()) {
            return true;
        }
        Optional<Instant> at = time(line);
        return at.isPresent()
                && from.stream().noneMatch(at.get()::isBefore)
                && until.stream().allMatch(at.get()::isBefore);
    }

    static Optional<Instant> time(AuditLine line) {
        return time(line.fields());
    }

    static Optional<Instant> time(Map<String, List<String>> fields) {
        try {
            return AuditLine.first(fields, RecordField.TIME).map(Instant::parse);
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static boolean hasOutcome(AuditLine line, String word) {
        Optional<RecipientOutcome> wanted = RecipientOutcome.of(word);
        return wanted.isEmpty()
                ? line.first("event.outcome").equals(Optional.of(word))
                : line.isRecipientDone() && RecipientOutcome.of(line) == wanted.get();
    }

    /** Returns the value of {@code event.outcome} in a record with such an outcome. */
    private static String outwardly(String word) {
        return RecipientOutcome.of(word)
                .map(outcome -> switch (outcome) {
                    case DELIVERED, REDIRECTED, ANSWERED -> "success";
                    case REFUSED, DEFERRED -> "failure";
                })
                .orElse(word);
    }

    private static boolean is(AuditLine line, String field, Optional<String> wanted) {
        return wanted.isEmpty() || line.first(field).equals(wanted);
    }

    private static boolean hasPart(AuditLine line, String part) {
        return line.fields().values().stream()
                .flatMap(List::stream)
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(part));
    }

    // A text that JSON may escape is no needle.
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '"' && c != '\\');
    }
}
