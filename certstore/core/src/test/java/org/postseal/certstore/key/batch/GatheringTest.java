package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GatheringTest {
    private static final TestKey KEY = TestKey.generate(2048);
    private static final TestKey LONG_KEY = TestKey.generate(3072);

    @TempDir
    private Path folder;

    private final FakeLanes lanes = new FakeLanes();
    private final Set<Thread> callers = ConcurrentHashMap.newKeySet();
    private final Set<Integer> ranAlone = ConcurrentHashMap.newKeySet();

    @AutoClose
    private RunningMark mark;

    private Gathering gathering;
    // How many callers the first one waits for. A test says it, so that no test depends on how threads are scheduled.
    private volatile int expected;
    // True once they were all there. With two collectors, the callers of one may be done before the other looks.
    private volatile boolean haveCome;

    @BeforeEach
    void open() throws IOException {
        mark = RunningMark.open(folder.resolve("mark"));
        gathering = new Gathering(new Batch(lanes, mark), this::letOthersCome);
    }

    private void expect(int number) {
        haveCome = false;
        expected = number;
    }

    private void letOthersCome() {
        // The eighth does not wait, it begins.
        while (!haveCome && waiting() < expected - 1 && !(expected == Lanes.NUMBER && !lanes.roots.isEmpty())) {
            Thread.onSpinWait();
        }
        haveCome = true;
    }

    private FutureTask<byte[]> call(TestKey key, int seed, boolean isSignature) {
        byte[] number = key.number(seed);
        Callable<byte[]> call = () -> gathering.apply(
                key.operation(number, isSignature),
                () -> {
                    ranAlone.add(seed);
                    return key.root(number);
                },
                () -> {});
        FutureTask<byte[]> task = new FutureTask<>(call);
        callers.add(Thread.ofPlatform().daemon().start(task));
        return task;
    }

    /** Calls all at the same time, so that the first collects the others. */
    private List<byte[]> together(TestKey key, int number, boolean isSignature) throws Exception {
        expect(number);
        List<FutureTask<byte[]>> tasks = new ArrayList<>();
        for (int seed = 0; seed < number; seed++) {
            tasks.add(call(key, seed, isSignature));
        }
        List<byte[]> results = new ArrayList<>();
        for (FutureTask<byte[]> task : tasks) {
            results.add(task.get());
        }
        return results;
    }

    private long waiting() {
        return callers.stream()
                .filter(thread -> thread.getState() == Thread.State.WAITING)
                .count();
    }

    private static List<byte[]> roots(TestKey key, int number) {
        List<byte[]> roots = new ArrayList<>();
        for (int seed = 0; seed < number; seed++) {
            roots.add(key.root(key.number(seed)));
        }
        return roots;
    }

    @Test
    void aSingleCallerGoesAlone() throws Exception {
        expect(1);
        for (int seed = 0; seed < 20; seed++) {
            assertThat(call(KEY, seed, true).get()).isEqualTo(KEY.root(KEY.number(seed)));
        }
        assertThat(ranAlone).hasSize(20);
        assertThat(lanes.roots).isEmpty();
        assertThat(gathering.figures()).isEqualTo(new BatchFigures(0, 0, 0, 20, 0));
    }

    @Test
    void twoGoAlone() throws Exception {
        assertThat(together(KEY, 2, true)).containsExactlyElementsOf(roots(KEY, 2));
        assertThat(ranAlone).containsExactlyInAnyOrder(0, 1);
        assertThat(lanes.roots).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 8})
    void threeToEightGoTogether(int number) throws Exception {
        assertThat(together(KEY, number, true)).containsExactlyElementsOf(roots(KEY, number));
        assertThat(ranAlone).isEmpty();
        assertThat(lanes.roots).hasSize(1);
        assertThat(lanes.roots.getFirst()).hasSize(number);
        BatchFigures figures = gathering.figures();
        assertThat(figures).isEqualTo(new BatchFigures(1, number, 0, 0, figures.waitNanos()));
        assertThat(figures.waitNanos()).isPositive();
    }

    @Test
    void whoComesWhileABatchRunsWaitsForItsEnd() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        lanes.before = _ -> {
            if (lanes.roots.size() == 1) {
                running.countDown();
                awaited(end);
            }
        };
        expect(8);
        List<FutureTask<byte[]>> tasks = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            tasks.add(call(KEY, seed, true));
        }
        awaited(running);
        callers.clear();
        expect(1);
        for (int seed = 8; seed < 12; seed++) {
            tasks.add(call(KEY, seed, true));
        }
        while (waiting() < 4) {
            Thread.onSpinWait();
        }
        assertThat(lanes.roots).hasSize(1);
        end.countDown();
        for (int seed = 0; seed < 12; seed++) {
            assertThat(tasks.get(seed).get()).isEqualTo(KEY.root(KEY.number(seed)));
        }
        assertThat(lanes.roots.stream().map(List::size)).containsExactly(8, 4);
        assertThat(ranAlone).isEmpty();
    }

    @Test
    void lengthsAreNotMixed() throws Exception {
        // Both collectors wait for the four others.
        expect(5);
        List<FutureTask<byte[]>> tasks = new ArrayList<>();
        for (int seed = 0; seed < 3; seed++) {
            tasks.add(call(KEY, seed, true));
            tasks.add(call(LONG_KEY, seed, true));
        }
        for (int seed = 0; seed < 3; seed++) {
            assertThat(tasks.get(2 * seed).get()).isEqualTo(KEY.root(KEY.number(seed)));
            assertThat(tasks.get(2 * seed + 1).get()).isEqualTo(LONG_KEY.root(LONG_KEY.number(seed)));
        }
        assertThat(ranAlone).isEmpty();
        assertThat(lanes.roots.stream()
                        .map(call -> call.stream().map(number -> number.length).toList()))
                .containsExactlyInAnyOrder(List.of(256, 256, 256), List.of(384, 384, 384));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLaneThatLiesIsDoneAloneAndTheOthersAreNot(boolean isSignature) throws Exception {
        lanes.lying.add(2);
        assertThat(together(KEY, 4, isSignature)).containsExactlyElementsOf(roots(KEY, 4));
        assertThat(ranAlone).hasSize(1);
        assertThat(gathering.figures().wrong()).isEqualTo(1);
        assertThat(gathering.figures().lanes()).isEqualTo(3);
    }

    @Test
    void aBatchThatThrowsIsDoneAlone() throws Exception {
        lanes.before = _ -> {
            assertThat(mark.isSet()).isTrue();
            throw new IllegalStateException("broken library");
        };
        assertThat(together(KEY, 3, true)).containsExactlyElementsOf(roots(KEY, 3));
        assertThat(ranAlone).hasSize(3);
        assertThat(mark.isSet()).as("after the end").isFalse();
    }

    @Test
    void lanesSeeNeitherCiphertextNorPlaintext() throws Exception {
        Set<BigInteger> seen = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < 2; round++) {
            callers.clear();
            assertThat(together(KEY, 4, false)).containsExactlyElementsOf(roots(KEY, 4));
        }
        lanes.roots.forEach(call -> call.forEach(number -> seen.add(new BigInteger(1, number))));
        lanes.powers.forEach(call -> call.forEach(number -> seen.add(new BigInteger(1, number))));
        assertThat(seen).as("no number twice").hasSize(16);
        for (int seed = 0; seed < 4; seed++) {
            byte[] ciphertext = KEY.number(seed);
            assertThat(seen).doesNotContain(new BigInteger(1, ciphertext), new BigInteger(1, KEY.root(ciphertext)));
        }
    }

    @Test
    void theMarkStandsWhileLanesRun() throws Exception {
        List<Boolean> set = new ArrayList<>();
        lanes.before = _ -> set.add(mark.isSet());
        assertThat(together(KEY, 3, true)).hasSize(3);
        assertThat(set).containsExactly(true);
        assertThat(mark.isSet()).isFalse();
    }

    @Test
    void whatFailsAloneFailsItsCaller() {
        expect(1);
        assertThatThrownBy(() -> gathering.apply(
                        KEY.operation(KEY.number(0), true),
                        () -> {
                            throw new InvalidKeyException("no such key");
                        },
                        () -> {}))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("no such key");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
