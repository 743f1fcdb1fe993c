package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.DatagramPeer;

/** Gateway and console as services: what they tell the service manager from their start to their stop. */
final class ServiceIT {
    @TempDir
    private Path folder;

    @Test
    void tellsWhenItIsReadyReloadsWorksAndStops() throws Exception {
        Path config = configuration();
        Path socket = folder.resolve("notify");
        try (DatagramPeer systemd = DatagramPeer.start(socket.toString())) {
            Process gateway = start("run", config, socket);
            try {
                theLife(systemd, gateway);
            } finally {
                gateway.destroyForcibly();
            }
        }
    }

    private void theLife(DatagramPeer systemd, Process gateway) throws Exception {
        String ready = withoutSignsOfLife(systemd);
        assertThat(ready).matches("READY=1\nSTATUS=policy [0-9a-f]{12} in force\n");
        assertThat(systemd.next()).isEqualTo("WATCHDOG=1\n");

        Files.writeString(folder.resolve("policy.yaml"), "rules: none\n");
        signal(gateway, "HUP");
        String reloading = withoutSignsOfLife(systemd);
        while (reloading.startsWith("STATUS=")) {
            // The gateway may also have noticed the new file by itself.
            reloading = withoutSignsOfLife(systemd);
        }
        assertThat(reloading).matches("RELOADING=1\nMONOTONIC_USEC=\\d+\nSTATUS=reloading\n");
        assertThat(withoutSignsOfLife(systemd))
                .isEqualTo(ready.replace("\n", "").replaceFirst("READY=1", "READY=1\n")
                        + ", the last reload was refused, see the log\n");

        // The gateway notices the new file by itself, without a signal.
        policy("other");
        assertThat(withoutSignsOfLife(systemd)).matches("STATUS=policy [0-9a-f]{12} in force\n");

        signal(gateway, "TERM");
        assertThat(withoutSignsOfLife(systemd))
                .isEqualTo("STOPPING=1\nEXTEND_TIMEOUT_USEC=22000000\nSTATUS=no new mail, what runs is finished\n");
        assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.exitValue()).isZero();
    }

    /** The console says that it is ready only when it answers, so that a unit that waits for it can ask it. */
    @Test
    void theConsoleTellsWhenItAnswers() throws Exception {
        int port = Await.freePorts(1).getFirst();
        Path config = configuration();
        Files.writeString(config, "console: { address: \"127.0.0.1:" + port + "\" }\n", StandardOpenOption.APPEND);
        Path socket = folder.resolve("notify");
        try (DatagramPeer systemd = DatagramPeer.start(socket.toString())) {
            Process console = start("console", config, socket);
            try {
                assertThat(systemd.next()).isEqualTo("READY=1\nSTATUS=http://127.0.0.1:" + port + "/\n");
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    assertThat(client.isConnected()).isTrue();
                }
                signal(console, "TERM");
                assertThat(console.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(console.exitValue()).isZero();
            } finally {
                console.destroyForcibly();
            }
        }
    }

    /**
     * Returns the next message that is no sign of life. It does not wait for ever, since signs of life come even if
     * nothing else does, as under nohup, which lets no SIGHUP through.
     */
    private static String withoutSignsOfLife(DatagramPeer systemd) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        String said = systemd.next();
        while (said.equals("WATCHDOG=1\n")) {
            assertThat(System.nanoTime()).as("nothing but signs of life").isLessThan(end);
            said = systemd.next();
        }
        return said;
    }

    private static void signal(Process process, String name) {
        assertThat(Command.of("kill", "-" + name, process.pid()).run().isSuccess())
                .isTrue();
    }

    private Process start(String command, Path config, Path socket) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("../../bin/postseal")
                                .toAbsolutePath()
                                .normalize()
                                .toString(),
                        command,
                        "-c",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("POSTSEAL_BUILD", "never");
        builder.environment().put("NOTIFY_SOCKET", socket.toString());
        builder.environment().put("WATCHDOG_USEC", "400000");
        builder.environment()
                .put(
                        "CREDENTIALS_DIRECTORY",
                        Files.createDirectories(folder.resolve("credentials")).toString());
        return builder.start();
    }

    private Path configuration() throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("credentials")).resolve("postseal.loop.key"),
                "0123456789abcdef".repeat(4) + "\n");
        Files.createDirectory(folder.resolve("store"));
        policy("all");
        return Files.writeString(folder.resolve("postseal.yaml"), """
                listeners: [{ protocol: smtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                loops: { keyFile: "credential:postseal.loop.key" }
                limits: { drain: 7s }
                metrics: { address: none }
                """);
    }

    private void policy(String id) throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [{ id: %s, when: always, then: mailboxPolicy }]
                """.formatted(id));
    }
}
