package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** Tests the whole gateway in this process with several next hops, all on real sockets. */
class RoutesIT {
    private static final byte[] MESSAGE =
            "From: alice@example.com\r\nTo: bob@partner.example\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n"
                    .getBytes(ISO_8859_1);
    private static final List<String> RECIPIENTS =
            List.of("bob@partner.example", "anna@example.com", "eve@elsewhere.example");

    @TempDir
    private Path home;

    @Test
    void eachRecipientsCopyGoesToItsHop() throws IOException {
        try (ScriptedNextHop partner = new ScriptedNextHop();
                ScriptedNextHop ours = new ScriptedNextHop();
                ScriptedNextHop world = new ScriptedNextHop();
                RunningGateway gateway = start(partner, ours, world)) {
            assertThat(lmtp(gateway, RECIPIENTS)).allMatch(reply -> reply.startsWith("250"));
            assertThat(recipients(partner)).containsExactly("bob@partner.example");
            assertThat(recipients(ours)).containsExactly("anna@example.com");
            assertThat(recipients(world)).containsExactly("eve@elsewhere.example");
        }
    }

    @Test
    void whereOneHopFailsItsRecipientsAreTriedAgainAlone() throws IOException {
        Script once = moment -> moment.stage() == Stage.MAIL && moment.count() == 1
                ? Optional.of(new Action.Say("451 4.3.1 not now\r\n"))
                : Optional.empty();
        try (ScriptedNextHop partner = new ScriptedNextHop();
                ScriptedNextHop ours = new ScriptedNextHop(once);
                ScriptedNextHop world = new ScriptedNextHop();
                RunningGateway gateway = start(partner, ours, world)) {
            assertThat(lmtp(gateway, RECIPIENTS))
                    .containsExactly("250 2.0.0 queued as 4ABC", "451 4.3.1 not now", "250 2.0.0 queued as 4ABC");
            assertThat(lmtp(gateway, List.of("anna@example.com"))).containsExactly("250 2.0.0 queued as 4ABC");
            assertThat(recipients(partner)).containsExactly("bob@partner.example");
            assertThat(recipients(ours)).containsExactly("anna@example.com");
            assertThat(recipients(world)).containsExactly("eve@elsewhere.example");
        }
    }

    @Test
    void overSmtpOneHopThatFailsDefersAllAndTheRetryRepeatsNobody() throws IOException {
        Script once = moment -> moment.stage() == Stage.GREETING && moment.connection() == 1
                ? Optional.of(new Action.SayAndClose("421 4.3.2 busy\r\n"))
                : Optional.empty();
        try (ScriptedNextHop partner = new ScriptedNextHop();
                ScriptedNextHop ours = new ScriptedNextHop(once);
                ScriptedNextHop world = new ScriptedNextHop();
                RunningGateway gateway = start(partner, ours, world)) {
            assertThat(smtp(gateway, RECIPIENTS)).containsExactly("451 4.4.1 Next hop not available");
            assertThat(smtp(gateway, RECIPIENTS)).containsExactly("250 2.0.0 queued as 4ABC");
            assertThat(recipients(partner)).containsExactly("bob@partner.example");
            assertThat(recipients(ours)).containsExactly("anna@example.com");
            assertThat(recipients(world)).containsExactly("eve@elsewhere.example");
        }
    }

    private RunningGateway start(ScriptedNextHop partner, ScriptedNextHop ours, ScriptedNextHop world)
            throws IOException {
        Files.createDirectories(home.resolve("store"));
        Files.writeString(
                home.resolve("policy.yaml"),
                "version: 1\ninternal: [example.com]\nrules:\n  - { id: all,"
                        + " when: always, then: { sign: never, encrypt: never } }\n");
        Path config = Files.writeString(
                home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners:
                      - { protocol: lmtp, address: "127.0.0.1:0", role: submission }
                      - { protocol: smtp, address: "127.0.0.1:0", role: submission }
                    nextHops:
                      partner: "127.0.0.1:%d"
                      ours: { address: "127.0.0.1:%d" }
                      world: { addresses: ["127.0.0.1:%d"] }
                    routes:
                      - { to: ["*.partner.example", partner.example], hop: partner }
                      - { direction: [inbound, internal], hop: ours }
                      - { hop: world }
                    """.formatted(partner.port(), ours.port(), world.port()));
        return RunningGateway.start(new GatewayAssembly(), Setups.of(config));
    }

    private static List<String> lmtp(RunningGateway gateway, List<String> recipients) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("alice@example.com", recipients, MESSAGE).data();
        }
    }

    private static List<String> smtp(RunningGateway gateway, List<String> recipients) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.addresses().getLast().getPort())) {
            return sender.send("alice@example.com", recipients, MESSAGE).data();
        }
    }

    private static List<String> recipients(ScriptedNextHop hop) {
        return hop.received().stream()
                .map(Received::recipients)
                .flatMap(List::stream)
                .toList();
    }
}
