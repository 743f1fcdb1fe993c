package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Exposition;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Follows the evidence for a verdict, from the signed message that a running gateway verifies to the folder that a
 * third party checks with OpenSSL.
 */
final class GatewayEvidenceIT {
    private static final String ALICE = "alice@example.com";
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;

    @TempDir
    private Path folder;

    @Test
    void whatAVerdictRestsOnIsKeptCountedAndProvenToOthers() throws Exception {
        HttpServer lists = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int listPort = lists.getAddress().getPort();
        OpensslAuthority authority = new OpensslAuthority(folder.resolve("pki"), "http://127.0.0.1:" + listPort + "/");
        serve(lists, authority);
        int metrics = Await.freePorts(1).getFirst();
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki)) {
            Files.copy(authority.file("root.pem"), gateway.file("store/trust/theirs.pem"));
            gateway.configuration("""
                            metrics: { address: "127.0.0.1:%d" }
                            directory: { database: directory.db, masterKey: master.key }
                            revocation:
                              inbound: hard
                              order: crlOnly
                              allowedNetworks: [127.0.0.0/8]
                              allowedPorts: [%d]
                            """.formatted(metrics, listPort)).start(POLICY, hop.port());
            SmtpSender.send(gateway.inboundSmtp(), OpensslAuthority.LEAF, List.of(ALICE), signed(authority));
            assertThat(hop.received().getFirst().text()).contains("smime=pass");

            String named = "0 " + authority.certificate("leaf").id().hex() + " crl " + authority.sha256("int.crl");
            List<?> validation =
                    (List<?>) Objects.requireNonNull(record(gateway).get("postseal.validation"));
            assertThat(validation).hasSize(3);
            assertThat(validation.get(0).toString()).startsWith(named);
            assertThat(validation.get(1).toString())
                    .startsWith(
                            "1 " + authority.certificate("int").id().hex() + " crl " + authority.sha256("root.crl"));
            assertThat(validation.get(2))
                    .isEqualTo("2 " + authority.certificate("root").id().hex() + " none trust anchor");

            // The files are written later, since mail does not wait for the writer
            Await.until(() -> kept(metrics).values().contains(6.0), () -> kept(metrics) + "\n" + gateway.log());
            assertThat(kept(metrics))
                    .isEqualTo(Map.of(
                            "postseal_audit_evidence_total{result=\"kept\"}", 6.0,
                            "postseal_audit_evidence_total{result=\"lost\"}", 0.0));
            assertThat(names(gateway.file("audit-evidence")))
                    .containsExactlyInAnyOrder(
                            authority.sha256("int.crl") + ".crl",
                            authority.sha256("root.crl") + ".crl",
                            authority.certificate("leaf").id().hex() + ".cer",
                            authority.certificate("int").id().hex() + ".cer",
                            authority.certificate("root").id().hex() + ".cer",
                            record(gateway).get("postseal.policy.sha256") + ".yaml");
            assertThat(gateway.stop()).isZero();

            assertThat(export(gateway))
                    .contains("wrote 1 record, 3 of 3 certificates, 2 of 2 lists and responses and 1 of 1 policies");
            proven(authority);
        } finally {
            lists.stop(0);
        }
    }

    /** Checks the bundle with the commands on its own page. */
    private void proven(OpensslAuthority authority) throws Exception {
        Path bundle = folder.resolve("bundle");
        assertThat(bundle.resolve("crl-" + authority.sha256("int.crl") + ".crl"))
                .hasBinaryContent(authority.octets("int.crl"));
        List<String> checks = Pattern.compile("(?ms)^```sh\n(grep .*?)^```$")
                .matcher(Files.readString(bundle.resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(checks).hasSize(2);
        for (int i = 0; i < 2; i++) {
            String certificate =
                    authority.certificate(i == 0 ? "leaf" : "int").id().hex();
            assertThat(new String(
                            Command.of("sh", "-c", "cd " + bundle + "\n" + checks.get(i))
                                    .output(),
                            UTF_8))
                    .contains("certificate-" + certificate + ".pem: OK\n");
        }
    }

    private static byte[] signed(OpensslAuthority authority) {
        String entity = SmimeMail.entity("Hello\r\n");
        return SmimeMail.clearSigned(
                        "evidence",
                        OpensslAuthority.LEAF,
                        ALICE,
                        entity,
                        authority.signature(entity.getBytes(ISO_8859_1)))
                .octets();
    }

    private static void serve(HttpServer server, OpensslAuthority authority) {
        server.createContext("/", exchange -> {
            byte[] octets = authority.octets(exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(200, octets.length);
            try (var body = exchange.getResponseBody()) {
                body.write(octets);
            }
        });
        server.start();
    }

    /** Returns the record of the message. A parser of YAML reads it, since JSON is YAML. */
    private static Map<?, ?> record(GatewayProcess gateway) throws IOException {
        String line = Files.readAllLines(gateway.file("audit.jsonl")).stream()
                .filter(each -> each.contains("<evidence@test>"))
                .reduce((one, another) -> {
                    throw new AssertionError(one + "\n" + another);
                })
                .orElseThrow();
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line);
    }

    private static Map<String, Double> kept(int port) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .build();
            return Exposition.read(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .samples("postseal_audit_evidence_total");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Runs the command in a process of its own and returns what it prints. */
    private String export(GatewayProcess gateway) {
        return new String(
                Command.of(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-cp",
                                GatewayProcess.classPath(),
                                "org.postseal.gateway.admin.Main",
                                "audit",
                                "export",
                                "evidence@test",
                                "--out",
                                folder.resolve("bundle"),
                                "-c",
                                gateway.file("postseal.yaml"))
                        .output(),
                UTF_8);
    }
}
