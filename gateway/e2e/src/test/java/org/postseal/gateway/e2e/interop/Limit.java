package org.postseal.gateway.e2e.interop;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Something that a peer cannot do.
 *
 * @param words the limit in words for the documentation
 * @param says what the peer says when it refuses; empty if it has no option that asks for it
 * @param covers the cells that it covers; if several limits cover one, the first counts
 */
record Limit(PeerName peer, String words, Optional<Pattern> says, Predicate<Cell> covers) {
    /** A limit that is tried in every run: the peer must refuse, and say so. */
    Limit(PeerName peer, String words, String says, Predicate<Cell> covers) {
        this(peer, words, Optional.of(Pattern.compile(says, Pattern.DOTALL)), covers);
    }

    /** A limit of a peer that has no option to ask for it. */
    Limit(PeerName peer, String words, Predicate<Cell> covers) {
        this(peer, words, Optional.empty(), covers);
    }

    static Optional<Limit> of(Cell cell) {
        return Limits.ALL.stream()
                .filter(limit -> limit.peer == cell.peer() && limit.covers.test(cell))
                .findFirst();
    }

    /** Returns false if the peer cannot even be asked. */
    boolean isTried() {
        return says.isPresent();
    }

    /** Returns true if a refusal with these messages is this limit and not another fault. */
    boolean isSaidBy(String messages) {
        return says.isPresent() && says.get().matcher(messages).find();
    }
}
