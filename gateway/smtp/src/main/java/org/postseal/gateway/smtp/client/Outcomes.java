package org.postseal.gateway.smtp.client;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.client.NextHop.Outcome;

/** Collects what became of a message for each of its recipients, in the order of the envelope. Not thread-safe. */
final class Outcomes {
    private final @Nullable Outcome[] outcomes;
    private final Optional<NextHop.Session> session;

    /** Begins without an outcome for any of the recipients, over this session. */
    Outcomes(int recipients, Optional<NextHop.Session> session) {
        this.outcomes = new @Nullable Outcome[recipients];
        this.session = session;
    }

    int size() {
        return outcomes.length;
    }

    boolean isOpen(int recipient) {
        return outcomes[recipient] == null;
    }

    void settle(int recipient, Outcome outcome) {
        outcomes[recipient] = outcome;
    }

    /** Settles all recipients that have no outcome yet. */
    void settleRest(Outcome outcome) {
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                outcomes[i] = outcome;
            }
        }
    }

    /** Returns the outcomes, once no recipient is without one. */
    List<Outcome> all() {
        return Arrays.stream(outcomes)
                .map(outcome -> Objects.requireNonNull(outcome, "recipient without outcome"))
                .map(outcome -> session.map(outcome::over).orElse(outcome))
                .toList();
    }
}
