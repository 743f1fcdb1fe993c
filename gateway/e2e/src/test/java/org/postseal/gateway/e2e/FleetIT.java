package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** Two gateways share a journal in PostgreSQL: a retry may reach either of them. */
class FleetIT {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private static final List<String> RECIPIENTS = List.of("bob@partner.example", "carl@partner.example");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryAtTheOtherGatewayIsNotSentAgain(boolean hasIdent) throws IOException {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        CountDownLatch goOn = new CountDownLatch(1);
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop(Script.at(Stage.DOT, new Action.Await(goOn)));
                GatewayProcess one =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port());
                GatewayProcess other =
                        database.join(new GatewayProcess(pki), "other").start(POLICY, hop.port());
                CuttingProxy proxy = new CuttingProxy(one.submissionSmtp())) {
            Thread sending = Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> send(proxy.port(), hasIdent, "retried"))
                            .isInstanceOf(UncheckedIOException.class));
            Await.until(() -> !hop.ended().isEmpty(), one::log);
            proxy.resetAll();
            goOn.countDown();
            Await.until(() -> !hop.received().isEmpty(), one::log);
            Await.until(() -> !sending.isAlive(), one::log);

            assertThat(send(other.submissionSmtp(), hasIdent, "retried").isDelivered())
                    .isTrue();
            assertThat(hop.received()).hasSize(1);
            assertThat(other.audit("retried"))
                    .extracting(record -> String.valueOf(record.get("postseal.journal")))
                    .containsOnly("[suppressed]");
        }
    }

    @Test
    void withoutAnIdentTheSameMailOfAPeerThatHasOurReplyIsSent() throws IOException {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port());
                GatewayProcess other =
                        database.join(new GatewayProcess(pki), "other").start(POLICY, hop.port())) {
            assertThat(send(one.submissionSmtp(), false, "daily").isDelivered()).isTrue();
            assertThat(send(other.submissionSmtp(), false, "daily").isDelivered())
                    .isTrue();
            assertThat(hop.received()).hasSize(2);
        }
    }

    @Test
    void withoutItsDatabaseAGatewaySendsNothingAndSaysSo() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            try (TestPki pki = new TestPki();
                    ScriptedNextHop hop = new ScriptedNextHop();
                    GatewayProcess gateway =
                            database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port())) {
                server.kill();
                assertThat(send(gateway.submissionSmtp(), true, "early").data())
                        .singleElement()
                        .asString()
                        .startsWith("451 4.3.0");
                assertThat(hop.received()).isEmpty();
                server.startAgain();
                Await.until(() -> send(gateway.submissionSmtp(), true, "early").isDelivered(), gateway::log);
                assertThat(hop.received()).hasSize(1);
            }
        }
    }

    @Test
    void aPeerWithoutANameIsPutOff() throws IOException {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = database.join(new GatewayProcess(pki), "one", "mx: { networks: 192.0.2.0/24 }")
                        .start(POLICY, hop.port())) {
            assertThat(send(gateway.submissionSmtp(), true, "unnamed").data())
                    .singleElement()
                    .asString()
                    .startsWith("451 4.3.0");
            assertThat(hop.received()).isEmpty();
            assertThat(gateway.log()).contains("no name in upstreams fits 127.0.0.1");
        }
    }

    @Test
    void aSecondGatewayOfTheSameNameStopsTheFirst() throws IOException {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess first =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port());
                GatewayProcess second =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port())) {
            assertThat(send(first.submissionSmtp(), true, "twin").data())
                    .singleElement()
                    .asString()
                    .startsWith("451 4.3.0");
            assertThat(send(second.submissionSmtp(), true, "twin").isDelivered())
                    .isTrue();
            assertThat(hop.received()).hasSize(1);
        }
    }

    private static SmtpSender.Outcome send(int port, boolean hasIdent, String id) {
        try (SmtpSender sender = SmtpSender.smtp(port)) {
            if (hasIdent) {
                String _ = sender.exchange("XFORWARD IDENT=" + id + " SOURCE=LOCAL");
            }
            return sender.send(
                    "alice@example.com",
                    RECIPIENTS,
                    ("From: alice@example.com\r\nTo: bob@partner.example\r\nMessage-ID: <" + id
                                    + "@test>\r\n\r\nhello\r\n")
                            .getBytes(US_ASCII));
        }
    }
}
