package org.postseal.gateway.console;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;
import org.postseal.policy.outcome.Reason;

/** Says the names that records have in words for people. */
public final class InWords {
    private InWords() {}

    /** Returns a name such as {@code NO_RECIPIENT_CERTIFICATE} in words. */
    public static String title(String name) {
        if (name.isEmpty()) {
            return "";
        }
        String words = Arrays.stream(name.split("_", -1))
                .map(word -> ABBREVIATIONS.contains(word) ? word : word.toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Returns what a reason means; empty for one that this version does not know. */
    public static Optional<String> meaning(String reason) {
        return Arrays.stream(Reason.values())
                .filter(each -> each.name().equals(reason))
                .map(Reason::auditText)
                .findFirst();
    }

    /** Returns a link to the page that says what to do about a reason. */
    public static String help(String reason) {
        return "troubleshooting" + Parameters.query(Map.of("about", reason.toLowerCase(Locale.ROOT)));
    }

    /** Returns what was done to the protection that a message came with; empty if nothing was done. */
    static Optional<String> done(AuditLine line) {
        return HandledText.of(line, InWords::closed);
    }

    /** Returns why a ciphertext stayed closed, as docs/audit-words.md has it. */
    static String closed(String word) {
        return CLOSED.getOrDefault(word, HandledText.text(word));
    }

    private static final Set<String> ABBREVIATIONS = Set.of("MIME", "MX", "DSN", "SMTPUTF8");

    private static final Map<String, String> CLOSED = Map.ofEntries(
            Map.entry("not_asked", "The policy opens no such mail for the recipient"),
            Map.entry("encryption_demanded", "It must stay encrypted on its way"),
            Map.entry("redirected", "It was redirected as it came"),
            Map.entry("suspicious", "It looks as if somebody had changed it"),
            Map.entry("unauthenticated", "Nothing shows that nobody has changed it"),
            Map.entry("no_key", "No key of the recipient fits"),
            Map.entry("cipher_not_allowed", "Its cipher is unknown or out of date"),
            Map.entry("key_wrap_not_allowed", "Its key came wrapped by TripleDES"),
            Map.entry("not_decrypted", "The key is wrong, or somebody has changed it"),
            Map.entry("not_mime", "What is inside is no MIME entity"),
            Map.entry("not_carriable", "SMTP cannot carry what is inside"),
            Map.entry("malformed", "Its CMS object cannot be read"),
            Map.entry("limit_exceeded", "It is over a limit"),
            Map.entry("next_hop_unsafe", "The next hop may not get opened mail, or might refuse it"),
            Map.entry("internal_error", "An error in the gateway, see its log"));
}
