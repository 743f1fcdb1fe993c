package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.fleet.FleetView.NodeState;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** Gateways of a fleet that must take no mail: they say so, and send nothing for those who come all the same. */
class FleetNodesIT {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: refused, when: { recipientDomain: [refused.example] }, then: reject }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private final FleetDatabase database = new FleetDatabase(PostgresServer.shared());
    private final FleetView view = new FleetView(new Postgres(database.url(), Duration.ofSeconds(10)));

    @Test
    void aDrainedGatewayEndsWhatItHasAndTakesNoMore() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        int metrics = Await.freePorts(1).getFirst();
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop(Script.at(Stage.DOT, new Action.Await(goOn)));
                GatewayProcess one = new GatewayProcess(pki)
                        .configuration(
                                database.configuration("one") + "metrics: { address: \"127.0.0.1:" + metrics + "\" }\n")
                        .start(POLICY, hop.port());
                GatewayProcess other =
                        database.join(new GatewayProcess(pki), "other").start(POLICY, hop.port())) {
            FutureTask<SmtpSender.Outcome> sending = new FutureTask<>(() -> send(one, "early"));
            Thread _ = Thread.ofVirtual().start(sending);
            Await.until(() -> !hop.ended().isEmpty(), one::log);
            assertThat(view.drain("one", true)).isTrue();
            awaitFault("one", "this node is drained", one);
            assertThat(send(one, "late").data()).singleElement().asString().startsWith("451 4.3.0");
            assertThat(send(one, "refused", "carl@refused.example").data())
                    .as("whoever takes no mail refuses none for good")
                    .singleElement()
                    .asString()
                    .startsWith("451 4.3.0");
            assertThat(send(other, "refused", "carl@refused.example").data())
                    .singleElement()
                    .asString()
                    .startsWith("550 5.7.1");
            assertThat(ready(metrics)).isEqualTo("503 fleet: drained\n");
            assertThat(state("one").isBusy()).isTrue();
            Await.until(() -> !state("other").said().policy().isEmpty(), other::log);
            assertThat(state("other").said().policy())
                    .hasSize(64)
                    .isEqualTo(state("one").said().policy());
            goOn.countDown();
            assertThat(sending.get().isDelivered()).isTrue();
            Await.until(() -> !state("one").isBusy(), one::log);
            assertThat(send(other, "late").isDelivered()).isTrue();

            one.kill();
            one.start();
            assertThat(send(one, "later").data()).singleElement().asString().startsWith("451 4.3.0");
            assertThat(view.drain("one", false)).isTrue();
            Await.until(() -> send(one, "later").isDelivered(), one::log);
            assertThat(hop.received()).hasSize(3);
        }
    }

    @Test
    void aGatewayWithAnotherKeySendsNothing() throws Exception {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one =
                        withKey(new GatewayProcess(pki), "one", "0").start(POLICY, hop.port());
                GatewayProcess other =
                        withKey(new GatewayProcess(pki), "other", "1").start(POLICY, hop.port())) {
            assertThat(send(one, "first").isDelivered()).isTrue();
            assertThat(send(other, "second").data()).singleElement().asString().startsWith("451 4.3.0");
            awaitFault("other", "this node has another secret than the fleet in loops.keyFile", other);
            assertThat(hop.received()).hasSize(1);
        }
    }

    private GatewayProcess withKey(GatewayProcess gateway, String node, String digit) throws IOException {
        Files.writeString(gateway.file("loop.key"), digit.repeat(64));
        return gateway.configuration(database.configuration(node) + "loops: { keyFile: loop.key }\n");
    }

    /** Both gateways run on while the database is put back to what it was yesterday. */
    @Test
    void aFleetWhoseDatabaseIsOfYesterdayWaitsForAnAdministrator() throws Exception {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port());
                GatewayProcess other =
                        database.join(new GatewayProcess(pki), "other").start(POLICY, hop.port())) {
            String backup = postgres("pg_dump", "--no-owner", database.address());
            assertThat(send(one, "since").isDelivered()).isTrue();
            Command.Result restored = Command.of(
                            "/usr/lib/postgresql/17/bin/psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", database.address())
                    .input(("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n" + backup
                                    + "\nUPDATE public.fleet_node SET alive = alive - INTERVAL '1 day';")
                            .getBytes(UTF_8))
                    .run();
            assertThat(restored.isSuccess()).as(restored.toString()).isTrue();
            awaitFault("one", "the fleet holds mail", one);
            awaitFault("other", "the fleet holds mail", other);
            for (GatewayProcess gateway : List.of(one, other)) {
                assertThat(send(gateway, "meanwhile").data())
                        .singleElement()
                        .asString()
                        .startsWith("451 4.3.0");
            }
            assertThat(one.log() + other.log()).contains("the database was restored from a backup");
            assertThat(hop.received()).hasSize(1);

            assertThat(view.restored()).isTrue();
            Await.until(() -> send(one, "meanwhile").isDelivered(), one::log);
            Await.until(() -> send(other, "meanwhile").isDelivered(), other::log);
            assertThat(hop.received()).as("the second attempt is known").hasSize(2);
        }
    }

    private static String postgres(String program, String... words) {
        List<String> all = new ArrayList<>(List.of("/usr/lib/postgresql/17/bin/" + program));
        all.addAll(List.of(words));
        Command.Result result = Command.of(all).run();
        assertThat(result.isSuccess()).as(result.toString()).isTrue();
        return new String(result.output(), UTF_8);
    }

    private NodeState state(String node) {
        try {
            return view.nodes().stream()
                    .filter(each -> each.name().equals(node))
                    .findFirst()
                    .orElseThrow();
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitFault(String node, String beginning, GatewayProcess gateway) {
        Await.until(() -> state(node).said().fault().startsWith(beginning), gateway::log);
    }

    private static String ready(int port) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private static SmtpSender.Outcome send(GatewayProcess gateway, String id) {
        return send(gateway, id, "bob@partner.example");
    }

    private static SmtpSender.Outcome send(GatewayProcess gateway, String id, String recipient) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.submissionSmtp())) {
            String _ = sender.exchange("XFORWARD IDENT=" + id + " SOURCE=LOCAL");
            return sender.send(
                    "alice@example.com",
                    List.of(recipient),
                    ("From: alice@example.com\r\nTo: " + recipient + "\r\nMessage-ID: <" + id
                                    + "@test>\r\n\r\nhello\r\n")
                            .getBytes(US_ASCII));
        }
    }
}
