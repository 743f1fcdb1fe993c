package org.postseal.gateway.audit.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.DatagramPeer;

@Tag("thorough")
final class WatchdogTest {
    @TempDir
    private Path folder;

    @Test
    void signsOfLifeComeAsLongAsEveryPartAnswers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        AtomicBoolean isToHang = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        Vital fails = new Vital("journal", () -> {
            others.incrementAndGet();
            throw new IOException("the disk is full, which is an answer");
        });
        Vital hangs = new Vital("audit log", () -> {
            int _ = asked.incrementAndGet();
            if (isToHang.get()) {
                hanging.countDown();
                release.await();
            }
            return Optional.empty();
        });
        try (DatagramPeer systemd = DatagramPeer.start(socket());
                ServiceManager manager = manager("200000");
                Watchdog _ = Watchdog.start(manager, List.of(fails, hangs))) {
            assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
            assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
            isToHang.set(true);
            hanging.await();
            int before = asked.get();
            awaitTurns(others);
            // These are the signs of life from before the part hung.
            while (systemd.waiting() > 0) {
                assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
            }
            awaitTurns(others);
            // The other part is still asked, and no sign of life is given.
            assertThat(systemd.waiting()).isZero();
            assertThat(asked.get()).isEqualTo(before);
            isToHang.set(false);
            release.countDown();
            assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
        }
    }

    private static void awaitTurns(AtomicInteger asked) {
        int before = asked.get();
        Await.until(() -> asked.get() >= before + 3, () -> "the watchdog has stopped asking");
    }

    @Test
    void aFaultThatOnlyAStartMendsIsNoLife() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Vital closed =
                new Vital("listeners", () -> asked.incrementAndGet() > 3 ? Optional.empty() : Optional.of("not open"));
        try (DatagramPeer systemd = DatagramPeer.start(socket());
                ServiceManager manager = manager("100000");
                Watchdog _ = Watchdog.start(manager, List.of(closed))) {
            assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
            assertThat(asked.get()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void whoIsNotAskedForSignsAsksNobody() throws Exception {
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()), 1);
                Watchdog _ = Watchdog.start(manager, List.of(new Vital("never", () -> {
                    throw new AssertionError("asked");
                })))) {
            assertThat(manager.watchdog()).isEmpty();
        }
    }

    private ServiceManager manager(String limit) {
        return ServiceManager.of(Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", limit), 1);
    }

    private String socket() {
        return folder.resolve("notify").toString();
    }
}
