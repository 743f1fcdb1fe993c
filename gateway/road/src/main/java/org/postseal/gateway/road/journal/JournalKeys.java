package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;

/**
 * Holds the keys of all recipients of a message, in the order of the envelope.
 *
 * @param current the keys under which rows are written
 * @param before the keys that the recipients would have if their upstream had no name; empty if they need not be looked
 * up
 */
public record JournalKeys(List<JournalKey> current, List<JournalKey> before) {
    public JournalKeys {
        current = List.copyOf(current);
        before = List.copyOf(before);
    }

    /** Makes the keys. It reads the whole message once. */
    public static JournalKeys of(Upstream upstream, Optional<Upstream> before, Envelope envelope, RawMessage message)
            throws IOException {
        List<List<JournalKey>> keys = JournalKey.all(
                Stream.concat(Stream.of(upstream), before.stream()).toList(), envelope, message);
        return new JournalKeys(keys.getFirst(), before.isPresent() ? keys.getLast() : List.of());
    }

    /** Returns the rows of an attempt that begins now, all of which it has to reserve. */
    public List<JournalEntry> begun(Envelope envelope, Instant now) {
        return Stream.of(current, before)
                .flatMap(keys -> IntStream.range(0, keys.size())
                        .mapToObj(position -> begun(keys.get(position), envelope, position, now)))
                .toList();
    }

    private static JournalEntry begun(JournalKey key, Envelope envelope, int position, Instant now) {
        return new JournalEntry(
                key,
                JournalState.PREPARED,
                envelope.queueId().text(),
                JournalKey.ident(envelope),
                envelope.recipients().get(position).address().toString(),
                0,
                "",
                Optional.empty(),
                0,
                now);
    }

    /**
     * Returns the row that counts for each recipient. One under the current key takes the place of an older one, which
     * stays as it is.
     *
     * @param found the rows of {@link #begun}
     */
    public List<Optional<JournalEntry>> rows(Map<JournalKey, JournalEntry> found, Upstreams upstreams) {
        return IntStream.range(0, current.size())
                .mapToObj(position -> row(position, found, upstreams))
                .toList();
    }

    private Optional<JournalEntry> row(int position, Map<JournalKey, JournalEntry> found, Upstreams upstreams) {
        Optional<JournalEntry> own = Optional.ofNullable(found.get(current.get(position)));
        return own.isPresent() || before.isEmpty()
                ? own
                : Optional.ofNullable(found.get(before.get(position))).filter(upstreams::isOfBefore);
    }
}
