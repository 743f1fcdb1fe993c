package org.postseal.gateway.admin.cli.profile;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecipientOutcome;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.settings.ProfileTable;

/**
 * Holds what the gateway made, as records of delivered outbound mail say, against a profile. Mail from before the day
 * of the standard counts as well: that it breaks the profile from that day on is the finding. Used by one thread.
 */
final class LogReview {
    private final ProfileTable table;
    private final Set<String> scope;
    private final Map<Made, Seen> seen = new TreeMap<>();

    /** Something that was made, by one rule for recipients in one domain. */
    private record Made(String what, String domain, String rule) implements Comparable<Made> {
        @Override
        public int compareTo(Made other) {
            return toString().compareTo(other.toString());
        }
    }

    private record Seen(LocalDate first, long count) {
        Seen and(Seen other) {
            return new Seen(first.isBefore(other.first) ? first : other.first, count + other.count);
        }
    }

    /** @param scope the mailbox policies whose mail counts; all if empty */
    LogReview(ProfileTable table, Set<String> scope) {
        this.table = table;
        this.scope = scope;
    }

    void take(AuditLine line) {
        if (line.isRecipientDone()
                && !line.isObserved()
                && RecipientOutcome.of(line) == RecipientOutcome.DELIVERED
                && line.first("postseal.direction").equals(Optional.of("outbound"))
                && isInScope(line)) {
            line.time().map(KeyVerdict::day).ifPresent(day -> take(line, day));
        }
    }

    private void take(AuditLine line, LocalDate day) {
        List<String> made = line.made();
        made.stream().filter(part -> !isTaken(part.split(" "), day)).distinct().forEach(part -> count(part, line, day));
        String came = line.first("postseal.facts.content").orElse("");
        boolean isSealed = came.equalsIgnoreCase("encrypted") && !has(made, "opened ");
        // What the author encrypted may be signed inside.
        if (table.demandsSignature() && !isSealed && !came.equalsIgnoreCase("signed") && !has(made, "signed ")) {
            count("not signed", line, day);
        }
        if (table.demandsEncryption() && !isSealed && !has(made, "encrypted ")) {
            count("not encrypted", line, day);
        }
    }

    private boolean isInScope(AuditLine line) {
        return scope.isEmpty()
                || line.first("postseal.mailbox_policy")
                        .filter(name -> Stream.of(name.split("\\+")).anyMatch(scope::contains))
                        .isPresent();
    }

    private static boolean has(List<String> made, String start) {
        return made.stream().anyMatch(part -> part.startsWith(start));
    }

    private void count(String what, AuditLine line, LocalDate day) {
        String domain = line.first("email.to.address").orElse("unknown").replaceFirst(".*@", "");
        Made made = new Made(what, domain, line.first("rule.id").orElse(""));
        Seen _ = seen.merge(made, new Seen(day, 1), Seen::and);
    }

    /** Returns true if the profile takes {@code signed DIGEST}, {@code encrypted CIPHER TRANSPORT}, or other words. */
    private boolean isTaken(String[] words, LocalDate day) {
        return switch (words[0]) {
            case "signed" ->
                Optional.ofNullable(SignedAlgorithm.WORDS.get(words[1]))
                        .map(table::takes)
                        .orElse(true);
            case "encrypted" -> words.length < 3 || (isCipher(words[1]) && isTransport(words[2], day));
            default -> true;
        };
    }

    private boolean isCipher(String word) {
        return Stream.of(EncryptionAlgorithm.values())
                .filter(each -> each.cipher().name().equals(word))
                .allMatch(table::takes);
    }

    private boolean isTransport(String word, LocalDate day) {
        return switch (word) {
            case "ECDH" -> table.takes(Set.of(KeyKind.EC, KeyKind.BRAINPOOL, KeyKind.X25519, KeyKind.X448), day);
            case "ML-KEM" -> table.takes(Set.of(KeyKind.ML_KEM), day);
            default ->
                table.takes(Set.of(KeyKind.RSA), day)
                        && Stream.of(RsaKeyTransport.values())
                                .filter(each -> each.name().equals(word))
                                .allMatch(table::takes);
        };
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        seen.forEach((made, of) -> findings.add(new Finding(
                Finding.About.LOG,
                "%s, for %s in %s by rule %s"
                        .formatted(made.what(), Options.count(of.count(), "recipient"), made.domain(), made.rule()),
                Optional.of(table.since().filter(of.first()::isBefore).orElse(of.first())),
                "admin",
                "change what rule " + made.rule() + " or the senders' mailbox policy asks for")));
        return findings;
    }
}
