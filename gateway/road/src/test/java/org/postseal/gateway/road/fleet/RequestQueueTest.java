package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.journal.JournalContract.begun;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.road.fleet.Request.Changes;
import org.postseal.gateway.road.fleet.Request.Claiming;

@Timeout(30)
class RequestQueueTest {
    private final RequestQueue queue = new RequestQueue(() -> 0);

    @Test
    void noTwoBatchesHaveARowInCommon() throws Exception {
        Changes first = added(changes(1, 2));
        assertThat(queue.take()).containsExactly(first);
        Changes behind = added(changes(2, 3));
        Changes behindThat = added(changes(3));
        Claiming claim = added(claiming(1));
        Changes other = added(changes(4));
        List<Request> second = queue.take();
        assertThat(second).containsExactly(other);
        assertThat(queue.left()).isEqualTo(5);
        queue.ended(List.of(first), List.of());
        assertThat(queue.take()).containsExactly(behind, behindThat, claim);
        assertThat(queue.left()).isEqualTo(4);
    }

    /** A batch makes its claims first, so this one would not see the change. */
    @Test
    void aClaimComesAfterTheChangesOfItsRows() throws Exception {
        Changes change = added(changes(1));
        Claiming claim = added(claiming(1));
        Changes told = added(changes(1));
        Claiming other = added(claiming(2));
        assertThat(queue.take()).containsExactly(change, other);
        queue.ended(List.of(change, other), List.of());
        assertThat(queue.take()).containsExactly(claim, told);
    }

    /** A locked row holds up nobody else. */
    @Test
    void whatIsTriedAgainGoesFirstAndWithoutTheRest() throws Exception {
        Changes locked = added(changes(1));
        Changes whole = added(changes(2));
        List<Request> batch = queue.take();
        Changes behind = added(changes(1, 3));
        Changes fresh = added(changes(4));
        queue.ended(batch, List.of(locked));
        List<Request> again = queue.take();
        assertThat(batch).containsExactly(locked, whole);
        assertThat(again).containsExactly(locked);
        assertThat(queue.take()).containsExactly(fresh);
        queue.ended(again, List.of());
        assertThat(queue.take()).containsExactly(behind);
    }

    /** Otherwise rows that another program has locked would take all connections. */
    @Test
    void whatIsTriedAgainGoesInOneBatchAtATime() throws Exception {
        Changes locked = added(changes(1));
        List<Request> batch = queue.take();
        Changes lockedToo = added(changes(2));
        List<Request> other = queue.take();
        queue.ended(batch, List.of(locked));
        List<Request> again = queue.take();
        assertThat(again).containsExactly(locked);
        queue.ended(other, List.of(lockedToo));
        Changes fresh = added(changes(3));
        assertThat(queue.take()).containsExactly(fresh);
        queue.ended(again, List.of(locked));
        assertThat(queue.take()).containsExactly(locked, lockedToo);
    }

    @Test
    void aClaimThatNobodyWaitsForIsDroppedOrTakenBack() throws Exception {
        Claiming claim = added(claiming(1));
        Claiming fresh = claiming(2);
        List<Request> batch = queue.take();
        queue.add(fresh, true);
        boolean _ = claim.done().cancel(false);
        boolean _ = fresh.done().cancel(false);
        queue.ended(batch, List.of(claim));
        assertThat(queue.take()).singleElement().isInstanceOfSatisfying(Changes.class, undone -> {
            assertThat(undone.isKept()).isTrue();
            assertThat(undone.changes())
                    .extracting(Change::kind)
                    .containsExactly(Change.Kind.REMOVE, Change.Kind.GIVE_BACK);
        });
        assertThat(queue.left()).as("it is on its way").isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "20,10", "64,16", "5000,16"})
    void aBatchBeginsWhenEnoughWait(int sessions, int enough) throws Exception {
        RequestQueue many = new RequestQueue(() -> sessions);
        Future<List<Request>> taken = TestFleet.async(many::take);
        IntStream.range(0, enough).forEach(number -> many.add(changes(number), true));
        assertThat(taken.get(10, TimeUnit.SECONDS)).isNotEmpty();
        IntStream.range(0, enough - 1).forEach(number -> many.add(changes(100 + number), true));
        assertThat(many.take()).as("after a while").isNotNull();
    }

    @Test
    void whatNobodyWaitsForComesAlongOrAfterAWhile() throws Exception {
        Changes told = changes(1);
        Changes awaited = changes(2);
        queue.add(told, false);
        queue.add(awaited, true);
        assertThat(queue.take()).containsExactly(told, awaited);
        Changes alone = changes(3);
        queue.add(alone, false);
        long start = System.nanoTime();
        assertThat(queue.take()).containsExactly(alone);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(90));
    }

    @Test
    void aClosedQueueIsOverWhenNothingWaits() throws Exception {
        Changes first = added(changes(1));
        Changes second = changes(1);
        List<Request> batch = queue.take();
        queue.add(second, false);
        queue.close();
        assertThat(queue.isOver()).isFalse();
        assertThat(queue.take()).as("its row is on its way").isEmpty();
        queue.ended(batch, List.of(first));
        assertThat(queue.take()).containsExactly(first);
        assertThat(queue.isOver()).isFalse();
        queue.ended(List.of(first), List.of());
        assertThat(queue.take()).containsExactly(second);
        assertThat(queue.isOver()).isTrue();
        assertThat(queue.left()).isEqualTo(1);
    }

    private <R extends Request> R added(R request) {
        queue.add(request, true);
        return request;
    }

    private static Changes changes(int... rows) {
        return new Changes(
                IntStream.of(rows)
                        .mapToObj(row -> new Change(Change.Kind.TELL, begun(row)))
                        .toList(),
                true);
    }

    private static Claiming claiming(int row) {
        return new Claiming(new DeliveryRows.Wanted(List.of(begun(row)), false));
    }
}
