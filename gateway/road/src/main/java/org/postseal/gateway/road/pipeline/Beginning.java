package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.journal.JournalException;

/**
 * A delivery attempt that begins when it is first needed. One thread after another may use it. Any thread may close it,
 * and after that no thread gets the attempt.
 */
final class Beginning implements AutoCloseable {
    private final Way way;
    private Optional<Attempt> begun = Optional.empty();
    private boolean isClosed;

    @FunctionalInterface
    interface Way {
        Attempt attempt() throws JournalException;
    }

    Beginning(Way way) {
        this.way = way;
    }

    Attempt attempt() throws JournalException {
        Optional<Attempt> known = known();
        return known.isPresent() ? known.get() : keep(way.attempt());
    }

    /** The positions of the recipients who already have the message. */
    Set<Integer> served(Envelope envelope) throws JournalException {
        Attempt attempt = attempt();
        return IntStream.range(0, envelope.recipients().size())
                .filter(position -> attempt.settled(position).isPresent())
                .boxed()
                .collect(Collectors.toSet());
    }

    private synchronized Optional<Attempt> known() {
        if (isClosed) {
            throw new GivenUpException();
        }
        return begun;
    }

    private Attempt keep(Attempt attempt) {
        synchronized (this) {
            if (!isClosed) {
                begun = Optional.of(attempt);
                return attempt;
            }
        }
        // It is too late: other copies of the same message must not wait for one that was given up.
        attempt.close();
        throw new GivenUpException();
    }

    /** Ends the attempt, so that other copies of the same message may go on. Closing twice does nothing more. */
    @Override
    public synchronized void close() {
        isClosed = true;
        begun.ifPresent(Attempt::close);
        begun = Optional.empty();
    }
}
