package org.postseal.gateway.admin.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import picocli.CommandLine;

/**
 * Takes a policy from observing to in force and back, with the real {@code postseal run}. One audit log covers all of
 * it, and {@code policy diff} then reads that log.
 */
class AdminsDayIT {
    private static final List<String> TO = List.of("bob@partner.example", "nobody@partner.example");
    private static final String SENT = "250 2.0.0 queued as 4ABC";
    private static final String REJECTED =
            "550 5.7.1 Encryption is required and no usable certificate is known for this recipient";
    private static final String DEFERRED =
            "451 4.7.1 Encryption is required and no usable certificate is known yet for this recipient";
    private static final Pattern ID = Pattern.compile("Message-ID: (<[^>]+>)");

    @TempDir
    private Path home;

    private final int port = Await.freePorts(1).getFirst();
    private final Map<String, List<String>> replies = new ConcurrentHashMap<>();
    private CompletableFuture<Queue<Signals.Kind>> signals = new CompletableFuture<>();
    private CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);
    private ScriptedNextHop hop;
    private volatile boolean isOver;

    @BeforeEach
    void files() throws IOException {
        hop = new ScriptedNextHop();
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), policy("reject"));
        Files.writeString(home.resolve("next.yaml"), policy("defer"));
    }

    @AfterEach
    void close() throws IOException {
        isOver = true;
        if (!exit.isDone()) {
            stop();
        }
        hop.close();
    }

    @Test
    void observeEnforceShadowTakeOverAndBack() throws IOException {
        start("mode: observe");
        assertThat(send("alice", "observed")).containsExactly(SENT, SENT);
        assertThat(hop.received().getFirst().text()).endsWith(message("alice", "<observed@test>"));
        stop();
        assertThat(done()).extracting(line -> line.text("postseal.decision")).containsExactly("deliver", "reject");
        assertThat(done()).allMatch(line -> line.text("postseal.mode").equals("observe"));

        start("policy: { file: policy.yaml, shadow: next.yaml }");
        assertThat(send("alice", "enforced")).containsExactly(SENT, REJECTED);
        assertThat(hop.received().getLast().text()).contains("application/pkcs7-mime");
        assertThat(done().subList(2, 4))
                .extracting(line -> line.text("postseal.shadow.differs"))
                .containsExactly("false", "true");
        compareOverTheLog();

        List<CompletableFuture<Void>> senders = Stream.of("alice", "anna")
                .map(name -> CompletableFuture.runAsync(
                        () -> sendOn(name), task -> Thread.ofVirtual().start(task)))
                .toList();
        changeUnderLoad();
        isOver = true;
        senders.forEach(CompletableFuture::join);
        stop();
        everyMessageIsThereAndOnRecord();
    }

    private void compareOverTheLog() {
        CapturedConsole console = new CapturedConsole();
        int code = console.run(
                "policy",
                "diff",
                file("policy.yaml"),
                file("next.yaml"),
                "--audit",
                file("audit.jsonl"),
                "--exit-code");
        String entry = "%s to nobody@partner.example\n  - reject, reason NO_RECIPIENT_CERTIFICATE, reply " + REJECTED
                + " (rule partner)\n  + defer, reason RECIPIENT_CERTIFICATE_AWAITED, reply " + DEFERRED
                + " (rule partner)\n";
        assertThat(console.out())
                .isEqualTo(entry.formatted("<observed@test>") + entry.formatted("<enforced@test>")
                        + "4 compared: 2 the same, 2 treated otherwise, 0 cannot be told\n");
        assertThat(code).isEqualTo(ExitCode.REFUSED);
    }

    private void changeUnderLoad() throws IOException {
        awaitMoreMail();
        Files.move(
                home.resolve("next.yaml"),
                home.resolve("policy.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        awaitEvent("policy-reloaded", "file change");
        awaitMoreMail();
        Files.writeString(home.resolve("policy.yaml"), "version: 1\nruls: []\n");
        awaitEvent("policy-reload-refused", "file change");
        awaitMoreMail();
        Path back = Files.writeString(home.resolve("back"), policy("reject"));
        Files.move(back, home.resolve("policy.yaml"), StandardCopyOption.ATOMIC_MOVE);
        signals.join().add(Signals.Kind.RELOAD);
        Await.until(() -> recorded("policy-reloaded").size() == 2, () -> "no way back: " + lines());
        awaitMoreMail();
    }

    /** Compares, message by message, the reply to the peer, what the next hop received, and the record. */
    private void everyMessageIsThereAndOnRecord() {
        List<String> arrived = hop.received().stream()
                .map(message -> ID.matcher(message.text()))
                .peek(id -> assertThat(id.find()).isTrue())
                .map(id -> id.group(1))
                .toList();
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(replies.keySet());

        String first = recorded("policy-loaded").getFirst().text("file.hash.sha256");
        String second = recorded("shadow-loaded").getFirst().text("file.hash.sha256");
        assertThat(recorded("policy-reloaded"))
                .extracting(line -> line.text("file.hash.sha256"))
                .containsExactly(second, first);
        Map<String, String> policies = Map.of(SENT, first, REJECTED, first, DEFERRED, second);
        List<AuditLine> done = done();
        assertThat(done).hasSize(2 * replies.size());
        for (int i = 0; i < done.size(); i += 2) {
            String id = done.get(i).text("email.message_id");
            List<String> told = replies.getOrDefault(id, List.of());
            List<AuditLine> both = done.subList(i, i + 2);
            assertThat(both).extracting(line -> line.text("email.message_id")).containsExactly(id, id);
            assertThat(both).extracting(line -> line.text("postseal.reply")).isEqualTo(told);
            String policy = policies.getOrDefault(told.getLast(), "-");
            assertThat(both)
                    .extracting(line -> line.text("postseal.policy.sha256"))
                    .containsExactly(policy, policy);
        }
        assertThat(replies.values()).contains(List.of(SENT, DEFERRED), List.of(SENT, REJECTED));
    }

    private void start(String line) throws IOException {
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners: [{ protocol: lmtp, address: "127.0.0.1:%d", role: submission }]
            nextHop: "127.0.0.1:%d"
            %s
            """.formatted(port, hop.port(), line));
        signals = new CompletableFuture<>();
        GatewayAssembly assembly = new GatewayAssembly();
        CommandLineInterface.Root root = new CommandLineInterface.Root();
        Console console = new CapturedConsole().reading("");
        RunCommand command =
                new RunCommand(root::config, console, assembly, new SetupReader(assembly), signals::complete);
        exit = CompletableFuture.supplyAsync(
                () -> new CommandLine(root).addSubcommand(command).execute("run", "-c", config.toString()));
        Await.listener(port, () -> !exit.isDone(), () -> "exit code " + exit.getNow(-1));
    }

    private void stop() {
        signals.join().add(Signals.Kind.STOP);
        assertThat(exit.join()).isZero();
    }

    private void sendOn(String name) {
        for (int i = 0; !isOver; i++) {
            send(name, name + "." + i);
        }
    }

    private List<String> send(String name, String number) {
        String id = "<" + number + "@test>";
        try (SmtpSender sender = SmtpSender.lmtp(port)) {
            List<String> data = sender.send(
                            name + "@example.com", TO, message(name, id).getBytes(ISO_8859_1))
                    .data();
            replies.put(id, data);
            return data;
        }
    }

    private void awaitMoreMail() {
        int before = replies.size();
        Await.until(() -> replies.size() >= before + 10, () -> "mail has come to a stand: " + replies);
    }

    private void awaitEvent(String action, String trigger) {
        Await.until(
                () -> recorded(action).stream()
                        .anyMatch(line -> line.text("postseal.trigger").equals(trigger)),
                () -> "no " + action + ": " + lines());
    }

    private List<AuditLine> done() {
        return recorded("recipient-done");
    }

    private List<AuditLine> recorded(String action) {
        return lines().stream().filter(line -> line.is(action)).toList();
    }

    private List<AuditLine> lines() {
        try {
            return Stream.concat(
                            AuditLine.read(home.resolve("admin.jsonl")).stream(),
                            AuditLine.read(home.resolve("audit.jsonl")).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String name) {
        return home.resolve(name).toString();
    }

    private static String policy(String onMissingCertificate) {
        return """
            version: 1
            internal: [example.com]
            rules:
              - id: partner
                when: { direction: outbound, recipientDomain: partner.example }
                then: { encrypt: required, onMissingCertificate: %s }
              - { id: everything-else, when: always, then: mailboxPolicy }
            """.formatted(onMissingCertificate);
    }

    private static String message(String name, String id) {
        return "From: <" + name + "@example.com>\r\nTo: <bob@partner.example>, <nobody@partner.example>\r\nMessage-ID: "
                + id + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n";
    }
}
