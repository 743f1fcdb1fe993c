package org.postseal.gateway.admin.cli.journal;

import java.util.Optional;
import org.postseal.gateway.road.journal.JournalState;

/** Selects rows by a state of the journal, or those in doubt, for which the journal has no state of its own. */
enum WantedState {
    PREPARED(JournalState.PREPARED),
    ACCEPTED(JournalState.ACCEPTED),
    REFUSED(JournalState.REFUSED),
    IN_DOUBT();

    private final Optional<JournalState> state;

    WantedState() {
        this.state = Optional.empty();
    }

    WantedState(JournalState state) {
        this.state = Optional.of(state);
    }

    /** Returns the state; empty for rows in doubt. */
    Optional<JournalState> state() {
        return state;
    }
}
