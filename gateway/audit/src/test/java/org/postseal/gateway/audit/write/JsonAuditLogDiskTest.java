package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.audit.SampleEvent.event;
import static org.postseal.gateway.audit.SampleEvent.line;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes a log on a disk that is slow, full or broken. A thread is only told that a record is safe when it is on disk.
 */
final class JsonAuditLogDiskTest {
    @Test
    void whatACrashLeftWholeIsOnDiskBeforeAnythingElseIsPromised() throws IOException {
        FakeLogFile file = new FakeLogFile();
        file.append(ByteBuffer.wrap(line("1").getBytes(StandardCharsets.UTF_8)));
        JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty()).close();
        assertThat(file.durable()).isEqualTo(line("1"));
    }

    @ParameterizedTest
    @CsvSource({"append", "half", "force"})
    void brokenLogIsUsableAgainWhenTheDiskIs(String failure) throws IOException {
        FakeLogFile file = new FakeLogFile();
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty())) {
            log.requireWritable();
            log.append(List.of(event("1")));
            file.failure = failure;
            assertThatThrownBy(() -> log.append(List.of(event("2")))).isInstanceOf(IOException.class);
            assertThatThrownBy(log::requireWritable).isInstanceOf(IOException.class);
            assertThatThrownBy(log::requireWritable).isInstanceOf(IOException.class);
            file.failure = "";
            log.requireWritable();
            log.append(List.of(event("3")));
            assertThat(file.durable()).isEqualTo(line("1") + line("3"));
        }
    }

    @Test
    void writersShareAnFsync() throws Exception {
        FakeLogFile file = new FakeLogFile();
        List<String> written = new ArrayList<>();
        int writers = 200;
        int each = 5;
        List<Thread> started = new CopyOnWriteArrayList<>();
        ThreadFactory remembering = task -> {
            Thread thread = Thread.ofVirtual().unstarted(task);
            started.add(thread);
            return thread;
        };
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty());
                ExecutorService threads = Executors.newThreadPerTaskExecutor(remembering)) {
            int atStart = file.forced;
            CountDownLatch first = new CountDownLatch(1);
            // Each force lasts until all writers that have not ended wait for one.
            file.beforeForce = () -> {
                await(first);
                while (!started.stream().allMatch(JsonAuditLogDiskTest::isAtRest)) {
                    Thread.onSpinWait();
                }
            };
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        log.append(List.of(event(name + "-" + i)));
                        // A thread that returns finds its line on disk.
                        assertThat(file.durable()).contains(line(name + "-" + i));
                    }
                    return null;
                }));
            }
            first.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(file.forced - atStart).isBetween(each, 4 * each);
            file.durable().lines().forEach(written::add);
        }
        List<String> expected = IntStream.range(0, writers * each)
                .mapToObj(i -> line("w" + i / each + "-" + i % each).strip())
                .toList();
        assertThat(written).containsExactlyInAnyOrderElementsOf(expected);
        for (int writer = 0; writer < writers; writer++) {
            String mine = "\"w" + writer + "-";
            assertThat(written.stream().filter(text -> text.indexOf(mine) > 0).toList())
                    .isEqualTo(expected.subList(writer * each, (writer + 1) * each));
        }
    }

    private static boolean isAtRest(Thread writer) {
        return switch (writer.getState()) {
            case WAITING, TERMINATED -> true;
            case NEW, RUNNABLE, BLOCKED, TIMED_WAITING -> false;
        };
    }

    @Test
    void theWriterAnswersWhenTheDiskDoes() throws Exception {
        FakeLogFile file = new FakeLogFile();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            log.force();
            file.beforeForce = () -> {
                isHeld.countDown();
                await(held);
            };
            Future<?> record = threads.submit(() -> {
                log.append(List.of(event("1")));
                return null;
            });
            isHeld.await();
            Future<String> answer = threads.submit(() -> {
                log.force();
                return file.durable();
            });
            // A failed assertion must not leave the writer blocked: close() waits for it.
            boolean isEarly = record.isDone() || answer.isDone();
            held.countDown();
            assertThat(isEarly).isFalse();
            assertThat(answer.get()).isEqualTo(line("1"));
            record.get();
        }
    }

    @ParameterizedTest
    @CsvSource({"append", "half", "force", "runtime"})
    void errorBreaksTheLogUntilItIsOpenedAgain(String where) throws IOException {
        FakeLogFile file = new FakeLogFile();
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty())) {
            log.append(List.of(event("1")));
            file.failure = where;
            assertThatThrownBy(() -> log.append(List.of(event("2")))).isInstanceOf(IOException.class);
            file.failure = "";
            assertThatThrownBy(() -> log.append(List.of(event("3"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("audit log is broken: ");
            log.reopen();
            log.append(List.of(event("4")));
            // Records that nobody was told are safe are gone.
            assertThat(file.durable()).isEqualTo(line("1") + line("4"));
        }
    }

    @Test
    void anotherFileInThePlaceOfTheBrokenOneIsNotCut() throws IOException {
        FakeLogFile broken = new FakeLogFile();
        FakeLogFile other = new FakeLogFile();
        other.append(ByteBuffer.wrap((line("a") + line("b")).getBytes(StandardCharsets.UTF_8)));
        FakeLogFile[] current = {broken};
        try (JsonAuditLog log = JsonAuditLog.open(() -> current[0], Optional.empty(), Optional.empty())) {
            broken.failure = "append";
            assertThatThrownBy(() -> log.append(List.of(event("1")))).isInstanceOf(IOException.class);
            current[0] = other;
            log.reopen();
            log.append(List.of(event("2")));
            assertThat(other.durable()).isEqualTo(line("a") + line("b") + line("2"));
        }
    }

    @Test
    void everybodyWhoWaitsIsToldOfAnError() throws Exception {
        FakeLogFile file = new FakeLogFile();
        CountDownLatch goOn = new CountDownLatch(1);
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, Optional.empty(), Optional.empty());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            file.failure = "force";
            file.beforeForce = () -> await(goOn);
            List<Future<String>> all = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> {
                        try {
                            log.append(List.of(event("w" + i)));
                            return "written";
                        } catch (IOException failed) {
                            return "failed";
                        }
                    }))
                    .toList();
            goOn.countDown();
            for (Future<String> one : all) {
                assertThat(one.get()).isEqualTo("failed");
            }
            assertThat(file.durable()).isEmpty();
        }
    }

    @Test
    void failedReopenLeavesItBroken() throws IOException {
        FakeLogFile file = new FakeLogFile();
        boolean[] isThere = {true};
        LogFile.Opener opener = () -> {
            if (!isThere[0]) {
                throw new IOException("no such file");
            }
            return file;
        };
        try (JsonAuditLog log = JsonAuditLog.open(opener, Optional.empty(), Optional.empty())) {
            isThere[0] = false;
            assertThatThrownBy(log::reopen).hasMessage("no such file");
            assertThatThrownBy(() -> log.append(List.of(event("1")))).isInstanceOf(IOException.class);
            isThere[0] = true;
            log.reopen();
            log.append(List.of(event("2")));
            assertThat(file.durable()).isEqualTo(line("2"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
