package org.postseal.gateway.console;

import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecipientOutcome;

/** Says what became of a message for one recipient, as the peer was told. */
public enum Outcome {
    DELIVERED("delivered"),
    REDIRECTED("redirected"),
    ANSWERED("answered"),
    DEFERRED("deferred"),
    REJECTED("rejected");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** Returns the word for people and for the style sheet. */
    public String word() {
        return word;
    }

    static Outcome of(AuditLine line) {
        return switch (RecipientOutcome.of(line)) {
            case DELIVERED -> DELIVERED;
            case REDIRECTED -> REDIRECTED;
            case ANSWERED -> ANSWERED;
            case REFUSED -> REJECTED;
            case DEFERRED -> DEFERRED;
        };
    }
}
