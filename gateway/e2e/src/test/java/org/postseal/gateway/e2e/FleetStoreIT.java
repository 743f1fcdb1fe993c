package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** Two gateways share the store of certificates in PostgreSQL. */
class FleetStoreIT {
    private static final String BOB = "bob@partner.example";
    private static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: rest, when: always, then: { encrypt: required, onMissingCertificate: reject } }
        """;

    @Test
    void whatIsImportedOrBlockedByOneCommandCountsAtBoth() throws Exception {
        FleetDatabase database = new FleetDatabase(PostgresServer.shared());
        try (TestPki pki = new TestPki().user(BOB, KeyAlgorithm.P256);
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one =
                        database.join(new GatewayProcess(pki), "one").start(POLICY, hop.port());
                GatewayProcess other =
                        database.join(new GatewayProcess(pki), "other").start(POLICY, hop.port())) {
            List<GatewayProcess> both = List.of(one, other);
            for (GatewayProcess gateway : both) {
                assertThat(send(gateway).data()).singleElement().asString().startsWith("550 5.7.");
            }
            run(one, "cert", "import", pki.identity(BOB).certificate().toString());
            for (GatewayProcess gateway : both) {
                Await.until(() -> send(gateway).isDelivered(), gateway::log);
            }
            assertThat(hop.received())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.text())
                            .contains("application/pkcs7-mime")
                            .doesNotContain("hello"));
            run(other, "cert", "block", BOB);
            for (GatewayProcess gateway : both) {
                Await.until(() -> !send(gateway).isDelivered(), gateway::log);
            }
            Await.until(() -> changes(both).count() >= 2, () -> changes(both).toList() + one.log());
            assertThat(changes(both).filter(line -> line.contains("cert-import")))
                    .hasSize(1);
            assertThat(changes(both).filter(line -> line.contains("cert-block")))
                    .hasSize(1);
        }
    }

    @Test
    void aGatewayThatIsAloneLoadsNothingOfPostgres() throws IOException {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki)) {
            Path loaded = gateway.file("loaded");
            gateway.configuration("directory: { database: directory.db }\n")
                    // A cache of classes has those that are never used, too.
                    .javaOptions(List.of("-Xmx512m", "-XX:AOTMode=off", "-Xlog:class+load:file=" + loaded))
                    .start(POLICY, hop.port());
            assertThat(send(gateway).isDelivered()).isFalse();
            assertThat(Files.readString(loaded))
                    .contains("org.postseal.certstore.database.Sqlite ")
                    .doesNotContain("org.postgresql.")
                    .doesNotContain("org.postseal.certstore.database.Postgres ");
        }
    }

    /** Returns the changes of certificates that the gateways have recorded. */
    private static Stream<String> changes(List<GatewayProcess> gateways) {
        return gateways.stream()
                .map(gateway -> gateway.file("admin.jsonl"))
                .flatMap(file -> {
                    try {
                        return Files.readAllLines(file).stream();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .filter(line -> line.contains("\"cert-"));
    }

    private static void run(GatewayProcess gateway, String... words) {
        CapturedConsole console = new CapturedConsole();
        int code = console.runOn(gateway.file("postseal.yaml"), words);
        assertThat(code).as(console.err()).isZero();
    }

    private static SmtpSender.Outcome send(GatewayProcess gateway) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.submissionSmtp())) {
            return sender.send(
                    "alice@example.com",
                    List.of(BOB),
                    "From: alice@example.com\r\nTo: bob@partner.example\r\n\r\nhello\r\n".getBytes(US_ASCII));
        }
    }
}
