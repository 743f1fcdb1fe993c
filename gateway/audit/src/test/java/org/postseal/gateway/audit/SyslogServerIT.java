package org.postseal.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rsyslog makes of the copy: its fields, and the record as it stands in the log. */
class SyslogServerIT {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void rsyslogTakesTheRecordsAsTheyAre() throws Exception {
        Path output = folder.resolve("received");
        Path port = folder.resolve("port");
        Path settings = Files.writeString(folder.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
                module(load="imtcp")
                template(name="fields" type="string" string="%%pri%% %%hostname%% %%app-name%% %%msgid%% %%msg%%\\n")
                input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="%2$s")
                action(type="omfile" file="%3$s" template="fields")
                """.formatted(folder, port, output));
        Process server = new ProcessBuilder(
                        "rsyslogd",
                        "-n",
                        "-f",
                        settings.toString(),
                        "-i",
                        folder.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("rsyslog.out").toFile())
                .start();
        try {
            write(Integer.parseInt(until(port, server, 1).getFirst()));
            List<String> expected = new ArrayList<>();
            for (String log : List.of("audit", "admin")) {
                Files.readAllLines(folder.resolve(log + ".jsonl"))
                        .forEach(line -> expected.add("110 gw.ours.example postseal " + log + " " + line));
            }
            List<String> received = until(output, server, expected.size()).stream()
                    // where the gateway's own records end, rsyslog adds nothing of its own
                    .filter(line -> line.startsWith("110 "))
                    .map(line -> line.replaceFirst(" +\\{", " {"))
                    .toList();
            assertThat(received).containsExactlyInAnyOrderElementsOf(expected);
        } finally {
            server.destroy();
            int _ = server.waitFor();
        }
    }

    private void write(int port) throws IOException {
        AuditConfig standard = AuditConfig.of(folder.resolve("audit.jsonl"));
        CopyConfig copy = new CopyConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                CopyConfig.Transport.TCP,
                Optional.empty(),
                CopyConfig.Records.ALL,
                "gw.ours.example");
        AuditConfig config = AuditConfigs.copied(standard, copy);
        try (AuditLog log = AuditLogs.open(config, () -> NOW)) {
            log.append(List.of(
                    Records.done(NOW, "Q1", "<1@ours.example>", "ann@ours.example", "bob@partner.example", "rest"),
                    Records.done(
                            NOW,
                            "Q2",
                            "<2@ours.example>",
                            "ann@ours.example",
                            "b\u00f6b@p\u00e4rtner.example",
                            "rest")));
        }
    }

    /** Lines of a file that the server writes, when there are so many. */
    private List<String> until(Path file, Process server, int count) throws IOException, InterruptedException {
        while (true) {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.stream().filter(line -> !line.isBlank()).count() >= count) {
                return lines;
            }
            assertThat(server.isAlive()).as(() -> "rsyslogd: " + file).isTrue();
            Thread.sleep(20);
        }
    }
}
