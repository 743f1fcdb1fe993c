package org.postseal.gateway.console;

import java.util.Optional;
import org.postseal.gateway.audit.AuditLine;

/** What became of a message for one recipient, as the peer was told. */
public enum Outcome {
    DELIVERED("delivered"),
    REDIRECTED("redirected"),
    DEFERRED("deferred"),
    REJECTED("rejected");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** For people, and for the style sheet. */
    public String word() {
        return word;
    }

    static Outcome of(AuditLine line) {
        if (line.first("event.outcome").equals(Optional.of("success"))) {
            return line.first("postseal.decision").equals(Optional.of("redirect")) ? REDIRECTED : DELIVERED;
        }
        return line.first("postseal.reply").orElse("").startsWith("5") ? REJECTED : DEFERRED;
    }
}
