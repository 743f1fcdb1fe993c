package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.testkit.Command;

/**
 * What tests of time stamps share: both logs, each with a checkpoint, the authority that stamps them, and the commands.
 */
final class StampBench {
    /** A pattern for the time at which OpenSSL stamped. */
    static final String TIME = "20[0-9-]{8}T[0-9:]{8}Z \\(accuracy 1.5001s\\)";

    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    final Path folder;
    private final OpensslTsa tsa;
    private final GatewayFolder gateway;

    StampBench(Path folder, OpensslTsa tsa) throws IOException {
        this.folder = folder;
        this.tsa = tsa;
        tsa.handle(tsa::stamp);
        tsa.asked.clear();
        gateway = new GatewayFolder(folder);
        configure("url: \"" + tsa.url() + "\"");
        append("Q1");
    }

    /**
     * Writes a configuration with these settings of the authority, in YAML flow style. Lists about the authority may be
     * fetched from its own address.
     */
    void configure(String timestamp) throws IOException {
        gateway.configure("""
            revocation: { allowedNetworks: 127.0.0.0/8, allowedPorts: %d }
            audit: { file: audit.jsonl, timestamp: { trust: "%s", %s } }
            """.formatted(tsa.port(), tsa.file("root.pem"), timestamp));
    }

    /**
     * Appends records to the log of messages. The first call also starts the log of changes. Closing the log makes a
     * checkpoint.
     */
    void append(String... queueIds) throws IOException {
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOON)) {
            if (queueIds[0].equals("Q1")) {
                log.append(List.of(new AuditEvent.DirectoryChanged(
                        NOON, "root", "cert-pin", "address:bob@partner.example", List.of())));
            }
            for (String id : queueIds) {
                log.append(List.of(new AuditEvent.NoticeSent(NOON, id, "ann@ours.example", "250 2.0.0 ok")));
            }
        }
    }

    /** Runs {@code postseal} with these words and the configuration, and returns the exit code. */
    int run(String... words) {
        return gateway.run(words);
    }

    List<String> output() {
        return gateway.lines();
    }

    String err() {
        return gateway.err();
    }

    Path stamps() {
        return folder.resolve("audit-stamps");
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /**
     * Runs the commands below a heading of the page on the stamp of the log of messages, and returns what they print.
     */
    String page(String heading) throws IOException {
        return page(heading, Map.of());
    }

    /** Does the same with these files beside it. */
    String page(String heading, Map<String, Path> beside) throws IOException {
        Matcher commands = Pattern.compile("## " + Pattern.quote(heading) + "\n.*?```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/audit-stamps.md")));
        assertThat(commands.find()).isTrue();
        Path place = Files.createTempDirectory(folder, "page");
        Files.copy(tsa.file("root.pem"), place.resolve("tsa-root.pem"));
        Files.copy(folder.resolve("audit-key.pem.pub"), place.resolve("audit-key.pem.pub"));
        for (Map.Entry<String, Path> each : beside.entrySet()) {
            Files.copy(each.getValue(), place.resolve(each.getKey()));
        }
        return said(Command.of(
                        "env",
                        "-C",
                        place,
                        "STAMP=" + stamps().resolve("audit-000000000002"),
                        "sh",
                        "-c",
                        commands.group(1))
                .run());
    }

    /**
     * Runs the commands about the stamp that stand in an evidence bundle, and returns what they print. Each must
     * succeed.
     */
    String evidence(Path bundle) throws IOException {
        Files.copy(tsa.file("root.pem"), bundle.resolve("tsa-root.pem"));
        String commands = Pattern.compile("```sh\n((?:when=|cat tsa-root).*?)```", Pattern.DOTALL)
                .matcher(Files.readString(bundle.resolve("README.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.joining());
        assertThat(commands).contains("openssl ts -verify");
        Command.Result result =
                Command.of("env", "-C", bundle, "sh", "-e", "-c", commands).run();
        assertThat(result.isSuccess()).as(result.toString()).isTrue();
        return said(result);
    }

    private static String said(Command.Result result) {
        return new String(result.output(), UTF_8) + result.messages();
    }

    /** Returns a query for the octets of the newest checkpoint, with a nonce of its own. */
    byte[] ofSameOctets() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("audit.jsonl"));
        Path octets = Files.writeString(folder.resolve("octets"), lines.getLast() + "\n");
        return Command.of("openssl", "ts", "-query", "-data", octets, "-sha256", "-cert")
                .output();
    }
}
