package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Tests mail that never pauses while its policy is swapped again and again, with sound and broken ones, and rolled
 * back. No message is lost, and each is treated by one policy alone.
 */
class ReloadUnderLoadIT {
    private static final int SENDERS = 4;
    private static final int SWAPS = 20;
    private static final List<String> TO = List.of("bob@partner.example", "nobody@partner.example");
    private static final Pattern ID = Pattern.compile("Message-ID: <([^>]+)>");

    @TempDir
    private Path home;

    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    @Test
    void noMessageIsLostAndEachIsTreatedWhollyByOnePolicy() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), policy(0));
        try (ScriptedNextHop hop = new ScriptedNextHop()) {
            Path config = Files.writeString(home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
                    nextHop: "127.0.0.1:%d"
                    """.formatted(hop.port()));
            GatewayAssembly assembly = new GatewayAssembly();
            SetupReader setups = new SetupReader(assembly);
            try (Setup setup = setups.read(config).value().orElseThrow();
                    RunningGateway gateway = RunningGateway.start(assembly, setup)) {
                List<CompletableFuture<Void>> senders = IntStream.range(0, SENDERS)
                        .mapToObj(number -> CompletableFuture.runAsync(
                                () -> sendOn(
                                        number, gateway.addresses().getFirst().getPort()),
                                task -> Thread.ofVirtual().start(task)))
                        .toList();
                try {
                    swapAndRollBack(new Reload(setups, config, gateway, setup, InstantSource.system()));
                } finally {
                    isOver = true;
                }
                senders.forEach(CompletableFuture::join);
                assertThat(gateway.policyState().sha256()).isEqualTo(sha256(policy(0)));
            }
            verify(hop.received());
        }
    }

    private void swapAndRollBack(Reload reload) throws IOException {
        for (int swap = 1; swap <= SWAPS; swap++) {
            awaitMoreMail();
            if (swap % 5 == 0) {
                Files.writeString(home.resolve("policy.yaml"), "version: 1\nrules: [ { id: v99 } ]\n");
                reload.look();
                reload.look();
                awaitMoreMail();
            }
            put(policy(swap));
            if (swap % 2 == 0) {
                reload.signalled();
            } else {
                reload.look();
                reload.look();
            }
        }
        awaitMoreMail();
        put(policy(0));
        reload.look();
        reload.look();
        awaitMoreMail();
    }

    private void put(String policy) throws IOException {
        Path next = Files.writeString(home.resolve("next"), policy);
        Files.move(next, home.resolve("policy.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitMoreMail() {
        int before = sent.size();
        Await.until(() -> sent.size() >= before + SENDERS, () -> "mail has come to a stand: " + sent);
    }

    private void sendOn(int number, int port) {
        try (SmtpSender sender = SmtpSender.lmtp(port)) {
            for (int i = 0; !isOver; i++) {
                String id = number + "." + i + "@test";
                assertThat(sender.send("alice@example.com", TO, message(id)).data())
                        .containsExactly("250 2.0.0 queued as 4ABC", "250 2.0.0 queued as 4ABC");
                sent.add(id);
            }
        }
    }

    /** Checks for each message that the record agrees with what the next hop received. */
    private void verify(List<Received> received) throws IOException {
        Map<String, Boolean> isSigned = new HashMap<>();
        for (Received message : received) {
            Matcher id = ID.matcher(message.text());
            assertThat(id.find()).isTrue();
            assertThat(isSigned.put(id.group(1), message.text().contains("multipart/signed")))
                    .isNull();
        }
        assertThat(isSigned.keySet()).containsExactlyInAnyOrderElementsOf(sent);

        Map<String, Integer> versions = IntStream.rangeClosed(0, SWAPS)
                .boxed()
                .collect(Collectors.toMap(version -> sha256(policy(version)), version -> version));
        Map<String, List<Integer>> recorded = new HashMap<>();
        List<Integer> announced = new ArrayList<>();
        for (AuditLine line : AuditLine.read(home.resolve("admin.jsonl"))) {
            if (line.text("event.action").startsWith("policy-")
                    && line.text("event.outcome").equals("success")) {
                announced.add(versions.getOrDefault(line.text("file.hash.sha256"), -1));
            }
        }
        for (AuditLine line : AuditLine.read(home.resolve("audit.jsonl"))) {
            if (line.is("recipient-done")) {
                int version = versions.getOrDefault(line.text("postseal.policy.sha256"), -1);
                assertThat(announced).contains(version);
                assertThat(line.text("rule.id")).isEqualTo("v" + version);
                String id = line.text("email.message_id").replaceAll("[<>]", "");
                assertThat(isSigned.get(id)).isEqualTo(isSigning(version));
                recorded.computeIfAbsent(id, _ -> new ArrayList<>()).add(version);
            }
        }
        assertThat(recorded.keySet()).isEqualTo(isSigned.keySet());
        assertThat(recorded.values())
                .allMatch(both -> both.size() == TO.size() && Set.copyOf(both).size() == 1);
        List<Integer> expected =
                new ArrayList<>(IntStream.rangeClosed(0, SWAPS).boxed().toList());
        expected.add(0);
        assertThat(announced).isEqualTo(expected);
        assertThat(recorded.values().stream().map(List::getFirst).collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(expected));
    }

    private static boolean isSigning(int version) {
        return version % 2 == 1;
    }

    private static String policy(int version) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - { id: v" + version + ", when: always, then: { sign: "
                + (isSigning(version) ? "required" : "never") + " } }\n";
    }

    private String sha256(String policy) {
        try {
            return PolicyFile.read(Files.writeString(home.resolve("hashed"), policy))
                    .sha256()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] message(String id) {
        return ("From: <alice@example.com>\r\nTo: <bob@partner.example>, <nobody@partner.example>\r\nMessage-ID: <" + id
                        + ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n")
                .getBytes(ISO_8859_1);
    }
}
