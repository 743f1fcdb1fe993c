package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.app.assembly.HangBench.BOB;
import static org.postseal.gateway.app.assembly.HangBench.CARL;
import static org.postseal.gateway.app.assembly.HangBench.QUEUED;
import static org.postseal.gateway.app.assembly.HangBench.SENDER;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** Tests, between real sockets, the room that the copies of a message take while they are sent. */
@Timeout(120)
class CopiesUnderWayIT {
    private final HangBench bench;

    CopiesUnderWayIT(@TempDir Path home) throws IOException {
        bench = new HangBench(home);
    }

    @Test
    void copiesThatDoNotFitArePutOffAndWhatIsAloneGetsThrough() throws Exception {
        CountDownLatch isSending = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Script slow = moment -> {
            if (moment.stage() == Stage.DOT
                    && moment.message().orElseThrow().recipients().contains(BOB)) {
                isSending.countDown();
                return Optional.of(new Action.Await(end));
            }
            return Optional.empty();
        };
        String sealed = "rules: [{ id: sealed, when: always, then: { encrypt: required } }]\n";
        String[] blind = {BOB, CARL, "dora@partner.example"};
        // The message has 300,000 octets, and each of its three copies has some 420,000. That is more than the gate has
        String large = "0123456789".repeat(6) + "\r\n";
        String text = large.repeat(300_000 / large.length());
        try (ScriptedNextHop hop = new ScriptedNextHop(slow);
                RunningGateway gateway = bench.start(
                        hop,
                        sealed,
                        new GatewayAssembly(),
                        "limits: { octetsInFlight: 1048576, messageOctets: 1048576 }\n")) {
            String full = "452 4.3.1 Too much mail under way, try again later";
            CompletableFuture<List<String>> first = HangBench.sendLater(gateway, text + "first", blind);
            isSending.await();
            double held = HangBench.figure(gateway, "postseal_octets_in_flight");
            assertThat(held).isGreaterThan(1_500_000);
            assertThat(HangBench.get(gateway, "/ready").body()).isEqualTo("ready\n");
            assertThat(HangBench.send(gateway, "small", CARL))
                    .as("the copies of one take no room from others")
                    .containsExactly(QUEUED);
            assertThat(HangBench.send(gateway, text + "large", BOB))
                    .as("two so large are more than half")
                    .containsExactly(full);

            // The room of the last two messages is free once their replies are written
            HangBench.awaitFigure(gateway, "postseal_octets_in_flight", held);
            // There is room for two copies of this message and not for three, and another message is over the limit
            // already
            String second = text.substring(0, 145_000) + "second";
            try (SmtpSender sender = SmtpSender.lmtp(HangBench.port(gateway))) {
                assertThat(sender.send(
                                        SENDER,
                                        " SIZE=150000",
                                        List.of(CARL, "dora@partner.example", BOB),
                                        "",
                                        HangBench.text(second).getBytes(ISO_8859_1))
                                .data())
                        .containsExactly(QUEUED, QUEUED, full);
            }
            assertThat(bench.audited("postseal.reason")).containsExactly("TOO_MUCH_UNDER_WAY");
            end.countDown();
            assertThat(first.get()).containsExactly(QUEUED, QUEUED, QUEUED);
            HangBench.awaitFigure(gateway, "postseal_octets_in_flight", 0);

            assertThat(HangBench.send(gateway, second, BOB)).containsExactly(QUEUED);
            assertThat(hop.received()).hasSize(7);
            HangBench.awaitFigure(gateway, "postseal_octets_in_flight", 0);
        } finally {
            end.countDown();
        }
    }
}
