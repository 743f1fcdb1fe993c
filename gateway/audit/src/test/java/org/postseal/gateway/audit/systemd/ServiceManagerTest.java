package org.postseal.gateway.audit.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.DatagramPeer;

final class ServiceManagerTest {
    @TempDir
    private Path folder;

    @Test
    void everyStateIsToldAsTheManualHasIt() throws IOException {
        everythingIsTold(folder.resolve("notify").toString());
    }

    @Test
    void anAbstractSocketIsReachedToo() throws IOException {
        everythingIsTold("@postseal-" + UUID.randomUUID());
    }

    private static void everythingIsTold(String name) throws IOException {
        try (DatagramPeer systemd = DatagramPeer.start(name);
                ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", name), 1)) {
            manager.ready("policy 12\n3");
            assertThat(systemd.next()).isEqualTo("READY=1\nSTATUS=policy 12 3\n");
            long before = Libc.monotonicMicroseconds();
            manager.reloading();
            String reloading = systemd.next();
            assertThat(reloading).matches("RELOADING=1\nMONOTONIC_USEC=\\d+\nSTATUS=reloading\n");
            assertThat(Long.parseLong(reloading.replaceAll("(?s).*USEC=(\\d+)\n.*", "$1")))
                    .isBetween(before, Libc.monotonicMicroseconds());
            manager.working("naïve");
            assertThat(systemd.next()).isEqualTo("STATUS=naïve\n");
            manager.stopping(Duration.ofSeconds(45), "soon");
            assertThat(systemd.next()).isEqualTo("STOPPING=1\nEXTEND_TIMEOUT_USEC=45000000\nSTATUS=soon\n");
            manager.alive();
            assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");
        }
    }

    @Test
    void withoutASocketNothingHappens() {
        try (ServiceManager manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000000"), 1)) {
            manager.ready("ready");
            manager.reloading();
            manager.stopping(Duration.ZERO, "");
            assertThat(manager.watchdog()).isEmpty();
        }
    }

    @Test
    void aSocketThatNobodyReadsHoldsNobodyUp() {
        try (ServiceManager manager =
                ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()), 1)) {
            manager.ready("said to nobody");
        }
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", "vsock:2:1"), 1)) {
            manager.ready("no address of ours");
        }
    }

    @Test
    void theWatchdogIsForThisProcessAlone() {
        assertThat(watchdog("60000000", "7")).isEqualTo("PT1M");
        assertThat(watchdog("60000000", "")).isEqualTo("PT1M");
        assertThat(watchdog("60000000", "8")).isEqualTo("none");
        assertThat(watchdog("0", "7")).isEqualTo("none");
        assertThat(watchdog("1m", "7")).isEqualTo("none");
        assertThat(watchdog("", "7")).isEqualTo("none");
    }

    private String watchdog(String limit, String pid) {
        try (ServiceManager manager = ServiceManager.of(
                Map.of(
                        "NOTIFY_SOCKET",
                        folder.resolve("notify").toString(),
                        "WATCHDOG_USEC",
                        limit,
                        "WATCHDOG_PID",
                        pid),
                7)) {
            return manager.watchdog().map(Duration::toString).orElse("none");
        }
    }

    @Test
    void aFullSocketIsGivenUpInTime() throws IOException {
        String name = folder.resolve("hangs").toString();
        byte[] octets = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
        try (DatagramPeer hanging = DatagramPeer.start(name, 0);
                UnixDatagram socket = UnixDatagram.open(name)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            socket.send(octets, Duration.ZERO);
                        }
                    })
                    .isInstanceOfSatisfying(
                            Libc.CallFailedException.class,
                            failed -> assertThat(failed.isFull()).isTrue());
            assertThat(hanging.waiting()).isZero();
        }
    }

    @Test
    void aClosedSocketSendsNothing() throws IOException {
        UnixDatagram socket = UnixDatagram.open(folder.resolve("notify").toString());
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.send(new byte[1], Duration.ZERO)).hasMessage("the socket is closed");
    }
}
