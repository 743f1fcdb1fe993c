package org.postseal.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonAuditLogTest {
    @TempDir
    Path directory;

    @Test
    void oneLinePerEvent() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1"), event("2\n\u202e\"")));
            log.append(List.of());
            assertThat(Files.readString(file)).isEqualTo(line("1") + line("2\\u000a\\u202e\\\""));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("3")));
        }
        assertThat(Files.readString(file)).isEqualTo(line("1") + line("2\\u000a\\u202e\\\"") + line("3"));
    }

    @Test
    void changesOfTheDirectoryAreLinesToo() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(new AuditEvent.DirectoryChanged(
                    Instant.parse("2026-11-24T10:15:30Z"),
                    "root",
                    "cert-pin",
                    "certificate:ab12",
                    List.of("alice@example.com"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + ADMIN + "\"event.action\":\"cert-pin\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"user.name\":\"root\","
                        + "\"postseal.object\":\"certificate:ab12\",\"postseal.details\":[\"alice@example.com\"]}\n");
    }

    @Test
    void whatWasReadOfAPolicyIsALine() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Instant time = Instant.parse("2026-11-24T10:15:30Z");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(
                    new AuditEvent.PolicyRead(
                            time,
                            "policy-reloaded",
                            "signal",
                            "observe",
                            "policy.yaml",
                            Optional.of("ab12"),
                            Optional.of("cd34"),
                            List.of()),
                    new AuditEvent.PolicyRead(
                            time,
                            "shadow-load-refused",
                            "start",
                            "enforce",
                            "next.yaml",
                            Optional.empty(),
                            Optional.empty(),
                            List.of("next.yaml:0: no such file"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + ADMIN + "\"event.action\":\"policy-reloaded\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"postseal.trigger\":\"signal\","
                        + "\"postseal.mode\":\"observe\",\"file.path\":\"policy.yaml\",\"file.hash.sha256\":\"cd34\","
                        + "\"postseal.policy.before\":\"ab12\"}\n"
                        + "{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + ADMIN + "\"event.action\":\"shadow-load-refused\","
                        + "\"event.outcome\":\"failure\",\"postseal.format\":1,\"postseal.trigger\":\"start\","
                        + "\"postseal.mode\":\"enforce\",\"file.path\":\"next.yaml\","
                        + "\"postseal.problems\":[\"next.yaml:0: no such file\"]}\n");
    }

    @Test
    void anotherConfigurationIsALine() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(new AuditEvent.ConfigurationReloaded(
                    Instant.parse("2026-11-24T10:15:30Z"),
                    "signal",
                    "postseal.yaml",
                    Optional.of("cd34"),
                    List.of("listeners", "TLS files"),
                    List.of("mode"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + ADMIN + "\"event.action\":\"configuration-reloaded\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"postseal.trigger\":\"signal\","
                        + "\"file.path\":\"postseal.yaml\",\"file.hash.sha256\":\"cd34\","
                        + "\"postseal.changes\":[\"listeners\",\"TLS files\"],\"postseal.waiting\":[\"mode\"]}\n");
    }

    @Test
    void modeAndShadowStandBehindTheRest() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        AuditEvent.Shadow decided = new AuditEvent.Shadow(
                "ef56", "next", "reject", "", "", Optional.of("POLICY_REFUSED"), Optional.of(true), Optional.empty());
        AuditEvent.Shadow unknown = new AuditEvent.Shadow(
                "ef56", "", "unknown", "", "", Optional.empty(), Optional.empty(), Optional.of("too slow"));
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1", true, Optional.of(decided)), event("2", false, Optional.of(unknown))));
        }
        String first = line("1")
                .replace(
                        "}\n",
                        ",\"postseal.mode\":\"observe\",\"postseal.shadow.sha256\":\"ef56\","
                                + "\"postseal.shadow.rule\":\"next\",\"postseal.shadow.decision\":\"reject\","
                                + "\"postseal.shadow.protection\":\"\",\"postseal.shadow.incoming\":\"\","
                                + "\"postseal.shadow.reason\":\"POLICY_REFUSED\",\"postseal.shadow.differs\":true}\n");
        String second = line("2")
                .replace(
                        "}\n",
                        ",\"postseal.shadow.sha256\":\"ef56\",\"postseal.shadow.rule\":\"\","
                                + "\"postseal.shadow.decision\":\"unknown\",\"postseal.shadow.protection\":\"\","
                                + "\"postseal.shadow.incoming\":\"\",\"postseal.shadow.detail\":\"too slow\"}\n");
        assertThat(Files.readString(file)).isEqualTo(first + second);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {"''|''", "one/|one/", "one/two/|one/two/", "one/torn|one/", "torn|''"})
    void tornLastLineIsCutOff(String before, String after) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Files.writeString(file, before.replace('/', '\n'));
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("x")));
        }
        assertThat(Files.readString(file)).isEqualTo(after.replace('/', '\n') + line("x"));
    }

    @ParameterizedTest
    @CsvSource({"8191", "8192", "8193", "20000"})
    void longTornLineIsCutOff(int length) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Files.writeString(file, "whole\n" + "\0".repeat(length));
        JsonAuditLog.open(file).close();
        assertThat(Files.readString(file)).isEqualTo("whole\n");
    }

    @Test
    void whatACrashLeftWholeIsOnDiskBeforeAnythingElseIsPromised() throws IOException {
        FakeFile file = new FakeFile();
        file.append(ByteBuffer.wrap(line("1").getBytes(StandardCharsets.UTF_8)));
        JsonAuditLog.open(() -> file).close();
        assertThat(file.durable()).isEqualTo(line("1"));
    }

    @Test
    void secondWriterIsRefused() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            assertThatThrownBy(() -> JsonAuditLog.open(file))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + " is written by this process already");
            log.append(List.of(event("1")));
        }
        assertThat(Files.readString(file)).isEqualTo(line("1"));
    }

    @Test
    void rotatedFileIsFollowed() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Path old = directory.resolve("audit.1");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1")));
            Files.move(file, old);
            log.append(List.of(event("2")));
            log.reopen();
            log.append(List.of(event("3")));
        }
        assertThat(Files.readString(old)).isEqualTo(line("1") + line("2"));
        assertThat(Files.readString(file)).isEqualTo(line("3"));
    }

    @ParameterizedTest
    @CsvSource({"append", "half", "force"})
    void brokenLogIsUsableAgainWhenTheDiskIs(String failure) throws IOException {
        FakeFile file = new FakeFile();
        try (JsonAuditLog log = JsonAuditLog.open(() -> file)) {
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
    void closedLogTakesNothing() throws IOException {
        JsonAuditLog log = JsonAuditLog.open(directory.resolve("audit.jsonl"));
        log.close();
        log.close();
        assertThatThrownBy(() -> log.append(List.of(event("1")))).hasMessage("audit log is closed");
        assertThatThrownBy(log::reopen).hasMessage("audit log is closed");
        assertThatThrownBy(log::requireWritable).hasMessage("audit log is closed");
    }

    @Test
    void writersShareAnFsync() throws Exception {
        FakeFile file = new FakeFile();
        List<String> written = new ArrayList<>();
        int writers = 200;
        int each = 5;
        try (JsonAuditLog log = JsonAuditLog.open(() -> file);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int atStart = file.forced;
            CountDownLatch first = new CountDownLatch(1);
            file.beforeForce = () -> {
                if (file.forced == atStart) {
                    await(first);
                }
            };
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        log.append(List.of(event(name + "-" + i)));
                        // whoever returns finds his line on the disk
                        assertThat(file.durable()).contains(line(name + "-" + i));
                    }
                    return null;
                }));
            }
            first.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(file.forced - atStart).isBetween(1, writers * each / 2);
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

    @Test
    void theWriterAnswersWhenTheDiskDoes() throws Exception {
        FakeFile file = new FakeFile();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        try (JsonAuditLog log = JsonAuditLog.open(() -> file);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            log.requireAnswer();
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
                log.requireAnswer();
                return file.durable();
            });
            // a failure must not leave the writer waiting, whom close() waits for
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
        FakeFile file = new FakeFile();
        try (JsonAuditLog log = JsonAuditLog.open(() -> file)) {
            log.append(List.of(event("1")));
            file.failure = where;
            assertThatThrownBy(() -> log.append(List.of(event("2")))).isInstanceOf(IOException.class);
            file.failure = "";
            assertThatThrownBy(() -> log.append(List.of(event("3"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("audit log is broken: ");
            log.reopen();
            log.append(List.of(event("4")));
            // what nobody was promised is gone
            assertThat(file.durable()).isEqualTo(line("1") + line("4"));
        }
    }

    @Test
    void anotherFileInThePlaceOfTheBrokenOneIsNotCut() throws IOException {
        FakeFile broken = new FakeFile();
        FakeFile other = new FakeFile();
        other.append(ByteBuffer.wrap((line("a") + line("b")).getBytes(StandardCharsets.UTF_8)));
        FakeFile[] current = {broken};
        try (JsonAuditLog log = JsonAuditLog.open(() -> current[0])) {
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
        FakeFile file = new FakeFile();
        CountDownLatch goOn = new CountDownLatch(1);
        try (JsonAuditLog log = JsonAuditLog.open(() -> file);
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
        FakeFile file = new FakeFile();
        boolean[] isThere = {true};
        LogFile.Opener opener = () -> {
            if (!isThere[0]) {
                throw new IOException("no such file");
            }
            return file;
        };
        try (JsonAuditLog log = JsonAuditLog.open(opener)) {
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

    private static AuditEvent event(String id) {
        return event(id, false, Optional.empty());
    }

    private static AuditEvent event(String id, boolean isObserved, Optional<AuditEvent.Shadow> shadow) {
        return new AuditEvent.RecipientDone(
                Instant.parse("2026-11-24T10:15:30.123Z"),
                new AuditEvent.Message(
                        id,
                        Optional.of("4UP"),
                        Optional.of("<m@example.com>"),
                        "127.0.0.1",
                        Optional.empty(),
                        Optional.empty(),
                        "alice@example.com",
                        "bob@example.net",
                        1234),
                new AuditEvent.Decision(
                        "outbound",
                        "ab12",
                        "everything-else",
                        "default",
                        "deliver",
                        Optional.empty(),
                        Optional.of("fine"),
                        List.of("rule everything-else"),
                        Optional.empty(),
                        isObserved,
                        shadow),
                new AuditEvent.Protection(
                        "signed RSA SHA-256",
                        "none",
                        "unsigned",
                        List.of(),
                        List.of("signer:cd34"),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                new AuditEvent.Delivery(
                        Optional.of(1),
                        Optional.of("250 2.0.0 queued as 4ABC"),
                        "250 2.0.0 Ok",
                        List.of(),
                        Optional.empty()),
                Optional.empty());
    }

    private static final String ADMIN =
            "\"ecs.version\":\"8.17.0\",\"event.kind\":\"event\",\"event.dataset\":\"postseal.admin\",";

    private static String line(String id) {
        return "{\"@timestamp\":\"2026-11-24T10:15:30.123Z\",\"ecs.version\":\"8.17.0\",\"event.kind\":\"event\","
                + "\"event.dataset\":\"postseal.audit\",\"event.action\":\"recipient-done\",\"event.outcome\":\"success\","
                + "\"postseal.format\":1,\"postseal.queue_id\":\"" + id + "\",\"postseal.upstream_id\":\"4UP\","
                + "\"email.local_id\":\"" + id + "\",\"email.message_id\":\"<m@example.com>\",\"email.sender.address\":\"alice@example.com\",\"email.to.address\":\"bob@example.net\","
                + "\"source.address\":\"127.0.0.1\",\"postseal.size\":1234,\"email.direction\":\"outbound\",\"postseal.direction\":\"outbound\","
                + "\"postseal.policy.sha256\":\"ab12\",\"rule.id\":\"everything-else\",\"postseal.mailbox_policy\":\"default\","
                + "\"postseal.decision\":\"deliver\",\"postseal.protection\":\"signed RSA SHA-256\",\"postseal.incoming\":\"none\","
                + "\"postseal.signature\":\"unsigned\",\"postseal.certificates\":[\"signer:cd34\"],\"postseal.detail\":\"fine\","
                + "\"postseal.unit\":1,\"postseal.next_hop_reply\":\"250 2.0.0 queued as 4ABC\",\"postseal.reply\":\"250 2.0.0 Ok\","
                + "\"postseal.steps\":[\"rule everything-else\"]}\n";
    }

    /** Memory that knows what was forced, and fails on demand. */
    private static final class FakeFile implements LogFile {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private volatile String durable = "";
        private volatile int forced;
        private volatile String failure = "";
        private volatile Runnable beforeForce = () -> {};

        String durable() {
            return durable;
        }

        @Override
        public Object key() {
            return this;
        }

        @Override
        public long size() {
            return octets.size();
        }

        @Override
        public void read(ByteBuffer into, long position) {
            byte[] all = octets.toByteArray();
            into.put(all, (int) position, Math.min(into.remaining(), all.length - (int) position));
        }

        @Override
        public void truncate(long size) {
            byte[] kept = Arrays.copyOf(octets.toByteArray(), (int) size);
            octets.reset();
            octets.writeBytes(kept);
        }

        @Override
        public void append(ByteBuffer more) throws IOException {
            if (failure.equals("append") && more.hasRemaining()) {
                throw new IOException("disk full");
            }
            if (failure.equals("runtime")) {
                throw new IllegalStateException("bug");
            }
            byte[] some = new byte[failure.equals("half") ? more.remaining() / 2 : more.remaining()];
            more.get(some);
            octets.writeBytes(some);
            if (failure.equals("half")) {
                throw new IOException("disk full");
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public void force() throws IOException {
            beforeForce.run();
            if (failure.equals("force")) {
                throw new IOException("I/O error");
            }
            durable = octets.toString(StandardCharsets.UTF_8);
            forced++;
        }

        @Override
        public void close() {}
    }
}
