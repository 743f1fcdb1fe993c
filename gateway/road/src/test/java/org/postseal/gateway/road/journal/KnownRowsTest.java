package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.NOW;
import static org.postseal.gateway.road.journal.JournalContract.entry;
import static org.postseal.gateway.road.journal.JournalContract.key;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.ledger.Frame;

class KnownRowsTest {
    private static final Duration RETENTION = Duration.ofDays(6);
    private static final int MOST = 4;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final KnownRows rows = new KnownRows(RETENTION, now::get, MOST);

    @Test
    void beyondTheBoundTheOldestThatWereToldGoFirst() {
        put(1, 2, 3, 4);
        told(3, 2);
        now.set(NOW.plus(Duration.ofMinutes(61)));
        put(5, 6);
        told(5, 6);
        assertThat(kept()).containsExactly(1, 4, 5, 6);
    }

    @Test
    void thenThoseWhosePeersMayNotKnow() {
        put(1, 2, 3, 4);
        told(4);
        now.set(NOW.plus(Duration.ofMinutes(61)));
        put(5, 6);
        assertThat(kept()).containsExactly(2, 3, 5, 6);
    }

    @Test
    void noneIsYoungerThanAnHour() {
        put(1, 2, 3, 4, 5, 6);
        told(1, 2, 3, 4, 5, 6);
        now.set(NOW.plus(Duration.ofMinutes(59)));
        assertThat(kept()).hasSize(6);
    }

    @Test
    void withinTheBoundTheyStayForTheirRetention() {
        put(1, 2, 3, 4);
        told(1, 2, 3, 4);
        now.set(NOW.plus(RETENTION).minusSeconds(1));
        assertThat(kept()).hasSize(4);
        now.set(NOW.plus(RETENTION).plusSeconds(120));
        assertThat(kept()).isEmpty();
    }

    @Test
    void theBoundHoldsIfTheClockIsSetBack() {
        put(1, 2, 3);
        now.set(NOW.minus(Duration.ofDays(2)));
        put(4, 5, 6);
        told(4, 5, 6);
        assertThat(kept()).as("all are younger than an hour").hasSize(6);
        now.set(NOW.minus(Duration.ofDays(2)).plus(Duration.ofMinutes(61)));
        assertThat(kept()).containsExactly(1, 2, 3, 6);
    }

    /** The number of a row says how old it is among those of the same time. */
    private void put(int... numbers) {
        for (int number : numbers) {
            JournalEntry made = entry(number, JournalState.ACCEPTED, IDENT);
            JournalEntry row = new JournalEntry(
                    made.key(),
                    made.state(),
                    made.queueId(),
                    made.upstreamId(),
                    made.recipient(),
                    made.unit(),
                    made.reply(),
                    made.told(),
                    made.doubts(),
                    now.get().plusMillis(number));
            rows.put(row, new Frame(Frame.Kind.ROW, number, RowFormat.row(row), number));
        }
    }

    private void told(int... numbers) {
        for (int number : numbers) {
            rows.told("Q" + number, _ -> {
                throw new IllegalStateException("rows with an IDENT are not noted again");
            });
        }
    }

    private List<Integer> kept() {
        rows.tidy();
        return IntStream.range(1, 10)
                .filter(number -> rows.place(key(number)).isPresent())
                .boxed()
                .toList();
    }
}
