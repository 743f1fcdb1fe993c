package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/** Tries each fault at each stage for one and for three recipients. */
@Tag("thorough")
class FailureTableTest {
    /** What the peer does wrong. */
    enum Fault {
        TEMPORARY("451 4.3.1 not now\r\n"),
        PERMANENT("550 5.7.9 never\r\n"),
        CLOSING("421 4.3.2 closing\r\n"),
        RESET(""),
        HANG(""),
        GARBAGE("eh? what\r\n");

        private final String octets;

        Fault(String octets) {
            this.octets = octets;
        }

        Action at(Stage stage) {
            return switch (this) {
                case RESET -> new Action.Reset();
                case HANG -> new Action.Hang();
                case TEMPORARY, PERMANENT, CLOSING, GARBAGE ->
                    stage == Stage.CONTENT ? new Action.SayAndHang(octets) : new Action.Say(octets);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "CONTENT", "DOT"})
    void everyFaultIsToldAsTheTableSays(Stage stage) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, Future<String>> running = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Fault fault : Fault.values()) {
                for (int recipients : List.of(1, 3)) {
                    // A client that may use TLS goes over Netty, and in clear if none is offered.
                    for (TlsMode mode :
                            stage == Stage.STARTTLS ? List.of(TlsMode.MAY) : List.of(TlsMode.NONE, TlsMode.MAY)) {
                        String name = fault + " x" + recipients + " " + mode;
                        expected.put(name, oracle(stage, fault, recipients));
                        Callable<String> run = () -> run(stage, fault, recipients, mode);
                        running.put(name, threads.submit(run));
                    }
                }
            }
        }
        Map<String, String> actual = new LinkedHashMap<>();
        for (Map.Entry<String, Future<String>> entry : running.entrySet()) {
            actual.put(entry.getKey(), entry.getValue().get());
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static String run(Stage stage, Fault fault, int recipients, TlsMode mode) throws IOException {
        List<String> capabilities = new ArrayList<>(ScriptedNextHop.ALL);
        if (stage == Stage.STARTTLS) {
            capabilities.add("STARTTLS");
        }
        Action action = fault.at(stage);
        Script script =
                moment -> moment.stage() == stage && moment.count() == 1 ? Optional.of(action) : Optional.empty();
        Duration quick = fault == Fault.HANG ? Duration.ofMillis(300) : Duration.ofSeconds(30);
        try (ScriptedNextHop peer = new ScriptedNextHop(script, capabilities, null);
                NettyNextHop client = new NettyNextHop(new ClientSettings(
                        NextHopConfig.smtp(peer.address(), mode, Optional.empty()),
                        "gw.example.com",
                        timeouts(stage, quick)))) {
            OutgoingEnvelope envelope = Messages.envelope(recipients);
            RawMessage message = stage == Stage.CONTENT ? BIG : Messages.raw(Messages.TEXT);
            List<NextHop.Outcome> outcomes = client.send(Messages.unit(envelope, message), envelope, false);
            return describe(outcomes) + ", completed " + peer.completed();
        }
    }

    /** The limit is short only for the phase of the stage, so that a slow machine changes nothing. */
    private static Timeouts timeouts(Stage stage, Duration quick) {
        Duration slow = Duration.ofSeconds(30);
        return switch (stage) {
            case GREETING, EHLO, STARTTLS, AUTH -> new Timeouts(slow, slow, quick, slow, slow, slow);
            case MAIL, RCPT, XFORWARD, RSET, QUIT -> new Timeouts(slow, slow, slow, quick, slow, slow);
            // Over Netty, the replies of a window are waited for together, by the limit of the first command.
            case DATA -> new Timeouts(slow, slow, slow, quick.plusSeconds(4), quick, slow);
            case CONTENT -> new Timeouts(slow, slow, slow, slow, quick, slow);
            case DOT -> new Timeouts(slow, slow, slow, slow, slow, quick);
        };
    }

    private static String oracle(Stage stage, Fault fault, int recipients) {
        boolean isAnswer = fault == Fault.TEMPORARY || fault == Fault.PERMANENT;
        String own =
                fault == Fault.TEMPORARY ? "451 4.3.1 not now NEXT_HOP_DEFERRED" : "550 5.7.9 never NEXT_HOP_REFUSED";
        String brokeOff = "451 4.4.2 Connection to the next hop was lost " + Reason.NEXT_HOP_BROKE_OFF;
        return switch (stage) {
            case GREETING, EHLO -> same(UNAVAILABLE, recipients) + ", completed 0";
            // A refused STARTTLS counts as not offered: opportunistic TLS goes on in clear.
            case STARTTLS ->
                isAnswer
                        ? same(ACCEPTED, recipients) + ", completed 1"
                        : same(UNAVAILABLE, recipients) + ", completed 0";
            case MAIL, DATA, CONTENT -> same(isAnswer ? own : brokeOff, recipients) + ", completed 0";
            case RCPT -> {
                if (!isAnswer) {
                    yield same(brokeOff, recipients) + ", completed 0";
                }
                List<String> each = new ArrayList<>(Collections.nCopies(recipients, ACCEPTED));
                each.set(0, own);
                yield String.join("; ", each) + ", completed " + (recipients > 1 ? 1 : 0);
            }
            case DOT -> {
                boolean inDoubt = fault == Fault.RESET || fault == Fault.HANG || fault == Fault.GARBAGE;
                String each = isAnswer ? own : inDoubt ? brokeOff + " in doubt" : brokeOff;
                yield same(each, recipients) + ", completed 1";
            }
            case AUTH, XFORWARD, RSET, QUIT -> throw new IllegalArgumentException("not in the table");
        };
    }

    private static String same(String each, int recipients) {
        return String.join("; ", Collections.nCopies(recipients, each));
    }

    private static String describe(List<NextHop.Outcome> outcomes) {
        return String.join(
                "; ",
                outcomes.stream()
                        .map(outcome -> outcome.reply()
                                + outcome.reason().map(reason -> " " + reason).orElse("")
                                + (outcome.inDoubt() ? " in doubt" : ""))
                        .toList());
    }

    private static final String ACCEPTED = "250 2.0.0 queued as 4ABC";
    private static final String UNAVAILABLE = "451 4.4.1 Next hop not available " + Reason.NEXT_HOP_UNAVAILABLE;

    // This is more than all socket buffers hold.
    private static final RawMessage BIG = RawMessage.join(Collections.nCopies(
            16, Messages.raw("0123456789abcdef0123456789abcdef0123456789abcdef012345678901\r\n".repeat(16 << 10))));
}
