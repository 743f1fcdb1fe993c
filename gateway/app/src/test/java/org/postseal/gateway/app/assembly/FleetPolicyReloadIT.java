package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.PolicyBundle;
import org.postseal.gateway.testkit.Await;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** A gateway takes the policy of its fleet while it runs, over a real PostgreSQL. */
class FleetPolicyReloadIT extends ReloadFixture {
    private final String url = PostgresServer.shared().newDatabase();
    private final FleetPolicies policies = new FleetPolicies(new Postgres(url, Duration.ofSeconds(10)));
    private final KeyPair admin = pair();

    private void startInFleet(String first) throws Exception {
        Files.writeString(
                home.resolve("signer.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getEncoder().encodeToString(admin.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        String database = url.replaceFirst(".*/", "").replaceFirst("\\?.*", "");
        execute("CREATE ROLE gateway_" + database + " LOGIN; GRANT CREATE ON SCHEMA public TO gateway_" + database);
        policies.make("gateway_" + database);
        propose(first);
        assertThat(policies.activate(1)).isPresent();
        startAgain("""
                upstreams: { mx: { networks: 127.0.0.0/8 } }
                policy: { shadow: next.yaml }
                directory: { masterKey: master.key }
                fleet:
                  node: one
                  database: { url: "%s", tls: off }
                  policy: { signers: signer.pem, copy: copy.yaml }
                """.formatted(url.replaceFirst("jdbc:postgresql://", "postgresql://gateway_" + database + "@")
                .replaceFirst("\\?.*", "")));
        setup.shared().orElseThrow().follow(reload, new GatewayAssembly(), FleetPolicyReloadIT::cases);
    }

    @Test
    void anotherPolicyCountsWhenItsEpochBegins() throws Exception {
        startInFleet(RELAY);
        assertThat(send()).startsWith("250");
        change("policy.yaml", REFUSE);
        assertThat(send()).as("the gateway reads no file").startsWith("250");
        assertThat(lines("policy-reloaded")).isEmpty();

        propose(REFUSE);
        Await.until(() -> of(2).isPresent(), this::state);
        assertThat(of(2).orElseThrow().problem()).isEmpty();
        execute("UPDATE postseal_policy.bundle SET counts = now() WHERE epoch = 2");
        Await.until(() -> send().startsWith("550 5.7.1 "), this::state);
        assertThat(lines("policy-reloaded"))
                .extracting(ReloadFixture::read)
                .containsExactly("policy-reloaded epoch 2 " + sha256(RELAY) + " " + sha256(REFUSE));
        assertThat(Files.readString(home.resolve("audit-evidence").resolve(sha256(REFUSE) + ".yaml")))
                .as("the text is kept")
                .isEqualTo(REFUSE);
        assertThat(Files.readString(home.resolve("copy.yaml"))).isEqualTo(REFUSE);

        change("next.yaml", RELAY);
        reload.signalled();
        assertThat(send()).startsWith("550 5.7.1 ");
        assertThat(lines("recipient-done").getLast())
                .satisfies(record ->
                        assertThat(record.text("postseal.policy.epoch")).isEqualTo("2"))
                .satisfies(record ->
                        assertThat(record.text("postseal.shadow.differs")).isEqualTo("true"));
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(REFUSE));
    }

    @Test
    void whatTheGatewayCannotUseIsReportedAndChangesNothing() throws Exception {
        startInFleet(RELAY);
        refused(2, "policy.yaml:1: ruls: unknown key", file("policy.yaml", BROKEN));
        refused(3, "groups.staff.server: directory.ldap of the configuration has no ldap1", file("policy.yaml", GROUP));
        refused(
                4,
                "policy.test.yaml:3: case fails: to a partner",
                file("policy.yaml", REFUSE),
                file("policy.test.yaml", CASES));
        assertThat(send()).startsWith("250");

        propose(REFUSE);
        Await.until(() -> of(5).isPresent(), this::state);
        execute("UPDATE postseal_policy.bundle SET counts = now(), signature = '\\x00' WHERE epoch = 5");
        gateway.close();
        assertThat(new SetupReader(new GatewayAssembly())
                        .look(home.resolve("postseal.yaml"))
                        .value())
                .as("commands read the copy")
                .hasValueSatisfying(looked -> {
                    assertThat(looked.rules().sha256()).isEqualTo(setup.rules().sha256());
                    looked.close();
                });
    }

    /** The fleet compares it, so a reload reads it. */
    @Test
    void aMasterKeyThatCannotBeReadLeavesTheConfigurationAsItWas() throws Exception {
        startInFleet(RELAY);
        Path key = home.resolve("master.key");
        Files.createSymbolicLink(key, key);
        Path config = home.resolve("postseal.yaml");
        Files.writeString(config, Files.readString(config).replace("gw.example.com", "other.example.com"));
        reload.signalled();
        assertThat(lines("configuration-reloaded")).isEmpty();
        assertThat(gateway.policyState().problems()).isPositive();
        Files.delete(key);
        reload.signalled();
        assertThat(lines("configuration-reloaded")).hasSize(1);
        assertThat(gateway.policyState().problems()).isZero();
    }

    private void refused(long epoch, String problem, PolicyBundle.File... files) throws Exception {
        propose(files);
        Await.until(() -> of(epoch).isPresent(), this::state);
        assertThat(of(epoch).orElseThrow().problem())
                .hasValueSatisfying(text -> assertThat(text).contains(problem));
        assertThat(policies.activate(epoch)).isEmpty();
        assertThat(gateway.policyState().problems()).isPositive();
        assertThat(lines("policy-reload-refused").getLast().text("postseal.trigger"))
                .isEqualTo("epoch " + epoch);
        assertThat(policies.withdraw(epoch)).isTrue();
        Await.until(() -> gateway.policyState().problems() == 0, this::state);
    }

    private Optional<FleetPolicies.Next> of(long epoch) {
        try {
            return policies.nodes().stream()
                    .flatMap(node -> node.of(epoch).stream())
                    .findFirst();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String state() {
        return gateway.policyState().toString();
    }

    private void propose(String policy) throws IOException {
        propose(file("policy.yaml", policy));
    }

    private void propose(PolicyBundle.File... files) throws IOException {
        PolicyBundle _ = policies.propose(List.of(files), statement -> {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(admin.getPrivate());
                signature.update(statement);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        });
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PolicyBundle.File file(String name, String text) {
        return new PolicyBundle.File(name, text.getBytes(UTF_8));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.createStatement().execute(sql);
        }
    }

    /** Runs the one file of cases that may come with the policy. */
    private static List<Problem> cases(PolicyBundle bundle, RuleSet rules) {
        return bundle.files().stream()
                .skip(1)
                .map(file -> ((CaseFile.Reading.Loaded)
                                CaseFile.read(file.name(), new String(file.octets(), UTF_8), MessageFiles.none()))
                        .file())
                .flatMap(read -> read.cases().stream()
                        .filter(each -> !each.run(rules).isPassed())
                        .map(each -> Problem.error(read.name(), each.line(), "", "case fails: " + each.name())))
                .toList();
    }

    private static final String CASES = """
            version: 1
            cases:
              - name: to a partner
                message: { from: alice@example.com }
                to: bob@partner.example
                expect: { decision: deliver }
            """;
    private static final String GROUP = """
            version: 1
            internal: [example.com]
            groups: { staff: { ldap: "cn=staff,dc=example,dc=com", server: ldap1 } }
            rules:
              - { id: staff, when: { sender: ["group:staff"] }, then: reject }
              - { id: rest, when: always, then: mailboxPolicy }
            """;
}
