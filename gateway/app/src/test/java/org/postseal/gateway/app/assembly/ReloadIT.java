package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Tests, between real sockets, other policies for a gateway that runs: from when on they count, and what is on record
 * of it.
 */
class ReloadIT {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String RELAY = policy("{ id: relay, when: always, then: { sign: never } }");
    private static final String REFUSE = policy("{ id: refuse, when: always, then: reject }");
    private static final String BROKEN = "ruls: []\n" + policy("{ id: broken, when: always, then: rejct }");

    @TempDir
    private Path home;

    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    @BeforeEach
    void files() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        write("policy.yaml", RELAY);
        hop = new ScriptedNextHop();
        start("");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @Test
    void aChangedFileCountsAndSoDoesTheWayBack() throws IOException {
        assertThat(send()).isEqualTo("250 2.0.0 queued as 4ABC");
        PolicyState first = gateway.policyState();
        assertThat(first)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        first.loadedAt(),
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(0, 0, Optional.empty())));

        change("policy.yaml", REFUSE);
        assertThat(send()).isEqualTo("550 5.7.1 Message refused by policy");
        change("policy.yaml", RELAY);
        assertThat(send()).isEqualTo("250 2.0.0 queued as 4ABC");

        assertThat(gateway.policyState())
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        NOW,
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(2, 0, Optional.empty())));
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(REFUSE),
                "refuse " + sha256(REFUSE),
                "policy-reloaded file change " + sha256(REFUSE) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
    }

    @Test
    void aBrokenFileChangesNothingAndIsNamedWithLineAndKey() throws IOException {
        change("policy.yaml", BROKEN);

        assertThat(send()).startsWith("250");
        PolicyState state = gateway.policyState();
        assertThat(state)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        state.loadedAt(),
                        false,
                        2,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(0, 1, Optional.of(NOW))));
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "policy-reload-refused file change " + sha256(RELAY) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY));
        assertThat(lines("policy-reload-refused").getFirst().value("postseal.problems"))
                .contains(List.of(
                        home.resolve("policy.yaml") + ":1: ruls: unknown key (nearest: rules)",
                        home.resolve("policy.yaml") + ":5: rules[0].then: unknown value 'rejct' (nearest: reject)"));

        change("policy.yaml", RELAY);
        assertThat(gateway.policyState())
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        NOW,
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(1, 1, Optional.of(NOW))));
    }

    @Test
    void atASignalPolicyAndStoreCountTogetherOrNotAtAll() throws IOException {
        Path junk = Files.writeString(home.resolve("store/junk.pem"), "nothing");
        write("policy.yaml", REFUSE);
        reload.signalled();
        assertThat(send()).startsWith("250");

        // The policy itself is good, so it takes effect when its file is looked at
        reload.look();
        reload.look();
        assertThat(send()).startsWith("550");

        Files.delete(junk);
        write("policy.yaml", RELAY);
        reload.signalled();
        reload.look();
        reload.look();
        assertThat(send()).startsWith("250");
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(REFUSE),
                "refuse " + sha256(REFUSE),
                "policy-reloaded signal " + sha256(REFUSE) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
        // The fault is not in the policy
        AuditLine refused = lines("configuration-reload-refused").getFirst();
        assertThat(refused.text("file.hash.sha256")).isEqualTo(sha256(Files.readString(home.resolve("postseal.yaml"))));
        assertThat(refused.text("postseal.errors")).isEqualTo("1");
        assertThat(String.valueOf(refused.value("postseal.problems").orElseThrow()))
                .contains("junk.pem");
    }

    @Test
    void anotherNameInTheConfigurationWaitsForTheNextStart() throws IOException {
        write("other.yaml", REFUSE);
        Path config = home.resolve("postseal.yaml");
        String started = Files.readString(config);
        Files.writeString(config, started + "policy: other.yaml\n");
        reload.signalled();
        assertThat(send()).startsWith("250");

        write("policy.yaml", REFUSE);
        Files.writeString(config, started + "polcy: other.yaml\n");
        reload.signalled();
        assertThat(send()).startsWith("250");
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "policy-reloaded signal " + sha256(RELAY) + " " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "relay " + sha256(RELAY));
        assertThat(lines("configuration-reload-refused").getFirst().value("postseal.problems"))
                .contains(List.of(config + ":5: polcy: unknown key (nearest: policy)"));
    }

    @Test
    void aBrokenPolicyDoesNotKeepTheAuditLogFromItsNewFile() throws IOException {
        write("policy.yaml", BROKEN);
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        reload.signalled();

        assertEvents("policy-reload-refused signal " + sha256(RELAY) + " " + sha256(BROKEN));
    }

    @Test
    void whatCannotBeRecordedDoesNotCountAndIsTriedAgain() throws IOException {
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        Files.createDirectory(home.resolve("admin.jsonl"));
        // The log notices at this reload that it cannot write
        reload.signalled();
        change("policy.yaml", REFUSE);
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));
        assertThat(gateway.policyState().reloads().lastFailureAt()).contains(NOW);

        Files.delete(home.resolve("admin.jsonl"));
        gateway.reopenAudit();
        reload.look();
        assertThat(send()).startsWith("550");
        assertEvents("policy-reloaded signal " + sha256(RELAY) + " " + sha256(REFUSE), "refuse " + sha256(REFUSE));
    }

    @Test
    void theTextOfEachPolicyThatCountedIsKeptAndTheStartIsOnRecord() throws IOException {
        startAgain("policy: { file: policy.yaml, shadow: next.yaml }");
        change("policy.yaml", BROKEN);
        change("policy.yaml", REFUSE);
        change("next.yaml", policy("{ id: next, when: always, then: defer }"));
        try (Stream<Path> kept = Files.list(home.resolve("audit-evidence"))) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            sha256(RELAY) + ".yaml",
                            sha256(REFUSE) + ".yaml",
                            sha256(policy("{ id: next, when: always, then: defer }")) + ".yaml");
        }
        assertThat(home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml")).hasContent(REFUSE);
        AuditLine started = lines("gateway-started").getFirst();
        assertThat(started.text("service.version")).isEqualTo("development");
        assertThat(started.text("file.hash.sha256")).isEqualTo(sha256(Files.readString(home.resolve("postseal.yaml"))));
        assertThat(started.text("postseal.policy.sha256")).isEqualTo(sha256(RELAY));
    }

    @Test
    void aPolicyWhoseTextCannotBeKeptDoesNotCountAndIsTriedAgain() throws IOException {
        Path inTheWay = home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml");
        Files.createDirectories(inTheWay.resolve("folder"));
        change("policy.yaml", REFUSE);
        assertThat(send()).startsWith("250");
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));
        assertThat(gateway.policyState().reloads().lastFailureAt()).contains(NOW);
        assertThat(lines("policy-reloaded")).isEmpty();

        Files.delete(inTheWay.resolve("folder"));
        Files.delete(inTheWay);
        reload.look();
        assertThat(send()).startsWith("550");
        assertThat(inTheWay).hasContent(REFUSE);
    }

    @Test
    void withoutRoomForTheTextOfItsPolicyAGatewayDoesNotStart() throws IOException {
        gateway.close();
        Files.delete(home.resolve("audit-evidence/" + sha256(RELAY) + ".yaml"));
        Files.delete(home.resolve("audit-evidence"));
        Path inTheWay = Files.writeString(home.resolve("audit-evidence"), "no folder");
        assertThatThrownBy(() -> RunningGateway.start(new GatewayAssembly(), setup))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the text of policy " + sha256(RELAY) + " cannot be kept beside the audit log: ");
        assertThat(lines("policy-loaded")).hasSize(1);
        Files.delete(inTheWay);
        // What was read takes effect and is on record, whatever has become of the files since
        String configuration = Files.readString(home.resolve("postseal.yaml"));
        Files.writeString(home.resolve("postseal.yaml"), configuration + "# later\n");
        write("policy.yaml", REFUSE);
        gateway = RunningGateway.start(new GatewayAssembly(), setup);
        assertThat(send()).startsWith("250");
        assertThat(lines("gateway-started").getLast().text("file.hash.sha256")).isEqualTo(sha256(configuration));
        assertThat(home.resolve("audit-evidence/" + sha256(RELAY) + ".yaml")).hasContent(RELAY);
        assertThat(home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml")).doesNotExist();
    }

    @Test
    void whatComesToTheStoreAndGoesIsOnRecord() throws IOException {
        reload.signalled();
        assertThat(lines("store-reloaded")).isEmpty();
        MailCertificate dora = CertificateAuthority.create("Other", NOW, NOW.plusSeconds(1000))
                .request(MailAddress.of("dora@partner.example"))
                .issue()
                .certificate();
        Path file = Files.writeString(home.resolve("store/dora.pem"), dora.toPem());
        reload.signalled();
        Files.delete(file);
        reload.signalled();
        reload.signalled();
        assertThat(lines("store-reloaded"))
                .extracting(line -> line.text("user.name") + " " + line.text("postseal.object") + " "
                        + line.text("postseal.details"))
                .containsExactly(
                        "postseal store:" + home.resolve("store") + " [certificate added "
                                + dora.id().hex() + " dora@partner.example]",
                        "postseal store:" + home.resolve("store") + " [certificate removed "
                                + dora.id().hex() + " dora@partner.example]");
    }

    @Test
    void aSignalWhoseRecordCannotBeWrittenIsTriedAgain() throws IOException {
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        Files.createDirectory(home.resolve("admin.jsonl"));
        write("policy.yaml", REFUSE);
        reload.signalled();
        assertThat(reload.isSignalOwed()).isTrue();
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));

        Files.delete(home.resolve("admin.jsonl"));
        reload.look();
        assertThat(reload.isSignalOwed()).isFalse();
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(REFUSE));
        assertEvents("policy-reloaded signal " + sha256(RELAY) + " " + sha256(REFUSE));
        // It is put in force only once
        reload.look();
        assertThat(AuditLine.read(home.resolve("admin.jsonl"))).hasSize(1);
    }

    @Test
    void aShadowPolicyComesChangesBreaksAndGoesByItself() throws IOException {
        startAgain("policy: { file: policy.yaml, shadow: next.yaml }");
        assertThat(gateway.policyState().shadowProblems()).isZero();
        send();

        change("next.yaml", REFUSE);
        send();
        assertThat(gateway.policyState().shadowSha256()).contains(sha256(REFUSE));

        change("next.yaml", BROKEN);
        send();
        assertThat(gateway.policyState().shadowSha256()).contains(sha256(REFUSE));
        assertThat(gateway.policyState().shadowProblems()).isEqualTo(2);
        assertThat(gateway.policyState().problems()).isZero();

        write("next.yaml", RELAY);
        write("policy.yaml", BROKEN);
        reload.signalled();
        send();

        // The administrator is content with the shadow policy, and puts it in force
        Files.move(home.resolve("next.yaml"), home.resolve("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
        reload.look();
        reload.look();
        send();

        assertThat(hop.received()).hasSize(5);
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "shadow-reloaded file change - " + sha256(REFUSE),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true",
                "shadow-reload-refused file change " + sha256(REFUSE) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true",
                "shadow-reloaded signal " + sha256(REFUSE) + " " + sha256(RELAY),
                "policy-reload-refused signal " + sha256(RELAY) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY) + ", shadow relay " + sha256(RELAY) + " differs false",
                "shadow-ended file change " + sha256(RELAY) + " -",
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
    }

    @Test
    void aShadowPolicyThatIsBrokenAtTheStartIsOnRecordAndMendedLater() throws IOException {
        write("next.yaml", BROKEN);
        startAgain("policy: { shadow: next.yaml }");
        PolicyState state = gateway.policyState();
        assertThat(state)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        state.loadedAt(),
                        false,
                        0,
                        Optional.empty(),
                        2,
                        new PolicyState.Reloads(0, 0, Optional.empty())));
        reload.look();
        reload.look();
        send();
        change("next.yaml", REFUSE);
        send();

        assertThat(gateway.policyState().shadowProblems()).isZero();
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "shadow-load-refused start - " + sha256(BROKEN),
                "relay " + sha256(RELAY),
                "shadow-reloaded file change - " + sha256(REFUSE),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true");
    }

    @Test
    void inObserveModeMailLeavesAsItCameWhateverThePolicyIs() throws IOException {
        write("policy.yaml", REFUSE);
        startAgain("mode: observe");
        assertThat(send()).startsWith("250");
        change("policy.yaml", policy("{ id: seal, when: always, then: { sign: required, encrypt: required } }"));
        assertThat(send()).startsWith("250");

        assertThat(gateway.policyState().isObserved()).isTrue();
        assertThat(hop.received()).hasSize(2);
        for (Received received : hop.received()) {
            assertThat(received.text()).startsWith("Received: from ").endsWith(new String(message(), ISO_8859_1));
            assertThat(received.text().length() - message().length)
                    .isEqualTo(received.text().indexOf("X-Postseal-Note: forged"));
        }
        assertThat(lines("policy-loaded").getFirst().text("postseal.mode")).isEqualTo("observe");
        List<AuditLine> done = lines("recipient-done");
        assertThat(done).extracting(line -> line.text("postseal.mode")).containsExactly("observe", "observe");
        assertThat(done).extracting(line -> line.text("postseal.decision")).containsExactly("reject", "deliver");
        assertThat(done)
                .extracting(line -> line.text("postseal.protection"))
                .containsExactly("", "signed SHA256, encrypted AES256_CBC ECDH");
    }

    private void startAgain(String lines) throws IOException {
        gateway.close();
        setup.close();
        Files.delete(home.resolve("audit.jsonl"));
        Files.delete(home.resolve("admin.jsonl"));
        start(lines);
    }

    private void start(String lines) throws IOException {
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
                nextHop: "127.0.0.1:%d"
                %s
                """.formatted(hop.port(), lines));
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        Checked<Setup> checked = setups.read(config);
        setup = checked.value()
                .orElseThrow(() -> new AssertionError(checked.problems().toString()));
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, InstantSource.fixed(NOW));
    }

    private void write(String name, String policy) throws IOException {
        Files.writeString(home.resolve(name), policy);
    }

    private void change(String name, String policy) throws IOException {
        write(name, policy);
        reload.look();
        reload.look();
    }

    private String send() {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("alice@example.com", List.of("bob@partner.example"), message())
                    .data()
                    .getFirst();
        }
    }

    private static byte[] message() {
        return """
                X-Postseal-Note: forged
                From: <alice@example.com>
                To: <bob@partner.example>
                Message-ID: <1@test>

                Hello
                """.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    /** Changes are in one log and messages are in the other. The SHA-256 in each tells which came first. */
    private void assertEvents(String... expected) throws IOException {
        Predicate<String> isChange = event -> event.startsWith("policy-") || event.startsWith("shadow-");
        assertThat(AuditLine.read(home.resolve("admin.jsonl")))
                .filteredOn(line -> !line.is("gateway-started") && !line.is("configuration-reload-refused"))
                .extracting(ReloadIT::read)
                .containsExactly(Stream.of(expected).filter(isChange).toArray(String[]::new));
        assertThat(AuditLine.read(home.resolve("audit.jsonl")))
                .extracting(ReloadIT::done)
                .containsExactly(Stream.of(expected).filter(isChange.negate()).toArray(String[]::new));
    }

    private static String read(AuditLine line) {
        return line.text("event.action") + " " + line.text("postseal.trigger") + " "
                + line.text("postseal.policy.before") + " " + line.text("file.hash.sha256");
    }

    private static String done(AuditLine line) {
        return line.text("rule.id") + " " + line.text("postseal.policy.sha256")
                + line.value("postseal.shadow.sha256")
                        .map(sha256 -> ", shadow " + line.text("postseal.shadow.rule") + " " + sha256 + " differs "
                                + line.text("postseal.shadow.differs"))
                        .orElse("");
    }

    private List<AuditLine> lines(String action) throws IOException {
        String log = action.equals("recipient-done") ? "audit.jsonl" : "admin.jsonl";
        return AuditLine.read(home.resolve(log)).stream()
                .filter(line -> line.is(action))
                .toList();
    }

    private String sha256(String policy) throws IOException {
        return PolicyFile.read(Files.writeString(home.resolve("hashed"), policy))
                .sha256()
                .orElseThrow();
    }

    private static String policy(String rule) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - " + rule + "\n";
    }
}
