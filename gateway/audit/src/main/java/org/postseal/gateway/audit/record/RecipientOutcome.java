package org.postseal.gateway.audit.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What became of a message for one recipient, as the peer was told. */
public enum RecipientOutcome {
    /** The next hop has it: as the policy decided, or as it came where the policy is only observed. */
    DELIVERED,
    /** Somebody else has it. */
    REDIRECTED,
    /** 5xx to the peer. */
    REFUSED,
    /** 4xx to the peer. */
    DEFERRED;

    /** For people, and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of the record of a recipient. */
    public static RecipientOutcome of(AuditLine line) {
        if (line.first("event.outcome").equals(Optional.of("success"))) {
            boolean isRedirected =
                    line.first("postseal.decision").equals(Optional.of("redirect")) && !line.isObserved();
            return isRedirected ? REDIRECTED : DELIVERED;
        }
        return line.first("postseal.reply").orElse("").startsWith("5") ? REFUSED : DEFERRED;
    }

    /** The one of this name in small letters; empty when there is none. */
    public static Optional<RecipientOutcome> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
