package org.postseal.gateway.e2e.interop;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a peer cannot.
 *
 * @param words for the documentation
 * @param says what the peer says when it refuses; empty where it has no option that asks for it
 * @param covers the cells; of several limits that cover one, the first counts
 */
record Limit(PeerName peer, String words, Optional<Pattern> says, Predicate<Cell> covers) {
    /** Tried in every run: the peer must refuse, and say so. */
    Limit(PeerName peer, String words, String says, Predicate<Cell> covers) {
        this(peer, words, Optional.of(Pattern.compile(says, Pattern.DOTALL)), covers);
    }

    /** The peer has no option that asks for it. */
    Limit(PeerName peer, String words, Predicate<Cell> covers) {
        this(peer, words, Optional.empty(), covers);
    }

    static Optional<Limit> of(Cell cell) {
        return Limits.ALL.stream()
                .filter(limit -> limit.peer == cell.peer() && limit.covers.test(cell))
                .findFirst();
    }

    /** False where it cannot even be asked for. */
    boolean isTried() {
        return says.isPresent();
    }

    /** Whether a refusal with these messages is this limit and not another fault. */
    boolean isSaidBy(String messages) {
        return says.isPresent() && says.get().matcher(messages).find();
    }
}
