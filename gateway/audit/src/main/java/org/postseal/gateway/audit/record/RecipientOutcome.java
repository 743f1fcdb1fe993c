package org.postseal.gateway.audit.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Says what became of a message for one recipient, as the peer was told. */
public enum RecipientOutcome {
    /** The next hop accepted the message: as the policy decided, or as it came if the policy is only observed. */
    DELIVERED,
    /** The message was redirected to another address. */
    REDIRECTED,
    /** The gateway answered the message, the challenge of an ACME authority, and nobody else gets it. */
    ANSWERED,
    /** The peer was told 5xx. */
    REFUSED,
    /** The peer was told 4xx. */
    DEFERRED;

    /** Returns the word for people and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the outcome that a record of a recipient says. */
    public static RecipientOutcome of(AuditLine line) {
        if (line.first("event.outcome").equals(Optional.of("success"))) {
            return switch (line.isObserved()
                    ? ""
                    : line.first("postseal.decision").orElse("")) {
                case "redirect" -> REDIRECTED;
                case "answer" -> ANSWERED;
                default -> DELIVERED;
            };
        }
        return line.first("postseal.reply").orElse("").startsWith("5") ? REFUSED : DEFERRED;
    }

    /** Returns the outcome with this word; empty if there is none. */
    public static Optional<RecipientOutcome> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
