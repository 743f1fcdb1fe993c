package org.postseal.gateway.smtp.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.gateway.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the replies that have come and that nobody has taken yet. Not thread-safe. */
final class Replies {
    private final Deque<Reply> waiting = new ArrayDeque<>();
    private Consumer<Reply> listener = _ -> {};

    /** Sets the listener of {@link Transport#hear}. */
    void hear(Consumer<Reply> next) {
        listener = waiting.isEmpty() ? next : _ -> {};
    }

    void add(Reply reply) throws LostException {
        if (waiting.size() >= MAX_WAITING) {
            throw new LostException("more replies than commands");
        }
        waiting.addLast(reply);
        try {
            listener.accept(reply);
        } catch (RuntimeException failed) {
            // The thread that waits for the reply gets it all the same.
            LOG.error("A reply could not be recorded", failed);
        }
    }

    /** Returns true if this many replies have come, or one that says that no other will come (421). */
    boolean suffice(int count) {
        return waiting.size() >= count || waiting.stream().anyMatch(reply -> reply.code() == 421);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    Optional<Reply> poll() {
        return Optional.ofNullable(waiting.pollFirst());
    }

    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    // This is more than the commands of one window.
    private static final int MAX_WAITING = 256;
}
