package org.postseal.gateway.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.gateway.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.AuditLogs;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.e2e.Command;

/** What tests of time stamps have in common: both logs, each with a checkpoint, whoever stamps them, and the commands. */
final class StampBench {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    final Path folder;
    private final OpensslTsa tsa;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    StampBench(Path folder, OpensslTsa tsa) throws IOException {
        this.folder = folder;
        this.tsa = tsa;
        tsa.handle(tsa::stamp);
        tsa.asked.clear();
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        configure("url: \"" + tsa.url() + "\"");
        append("Q1");
    }

    /** With these lines about who stamps, in YAML flow style. */
    void configure(String timestamp) throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                audit: { file: audit.jsonl, timestamp: { trust: "%s", %s } }
                """.formatted(tsa.file("root.pem"), timestamp));
    }

    /** Records of the log of messages, with the first one of that of changes, and a checkpoint when it is closed. */
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

    /** The exit code of {@code postseal} with these words and the configuration. */
    int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 2];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(all);
    }

    List<String> output() {
        return out.toString(UTF_8).lines().toList();
    }

    String err() {
        return err.toString(UTF_8);
    }

    Path stamps() {
        return folder.resolve("audit-stamps");
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Runs the page's own commands on the stamp of the log of messages. */
    String page() throws IOException {
        String page = Files.readString(Path.of("../docs/audit.md"));
        Matcher commands = Pattern.compile("#### Check a stamp with OpenSSL.*?```sh\\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(commands.find()).isTrue();
        Files.copy(
                tsa.file("root.pem"),
                folder.resolve("tsa-root.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Command.Result result = Command.of(
                        "env",
                        "-C",
                        folder,
                        "STAMP=" + stamps().resolve("audit-000000000002"),
                        "sh",
                        "-c",
                        commands.group(1))
                .run();
        return new String(result.output(), UTF_8) + result.messages();
    }

    /** With a nonce of its own. */
    byte[] ofSameOctets() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("audit.jsonl"));
        Path octets = Files.writeString(folder.resolve("octets"), lines.getLast() + "\n");
        return Command.of("openssl", "ts", "-query", "-data", octets, "-sha256", "-cert")
                .output();
    }
}
