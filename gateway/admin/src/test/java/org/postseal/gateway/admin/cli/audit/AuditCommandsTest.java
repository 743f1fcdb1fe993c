package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Secret;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;

@Tag("thorough")
class AuditCommandsTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    private GatewayFolder gateway;

    @BeforeEach
    void files() throws IOException {
        gateway = new GatewayFolder(folder);
        try (AuditLog log = AuditLogs.open(AuditConfig.of(log()), () -> NOON)) {
            log.append(List.of(new AuditEvent.DirectoryChanged(
                    NOON, "root", "cert-pin", "address:bob@partner.example", List.of())));
            log.append(List.of(done("Q1", "bob@partner.example", "deliver", Optional.empty(), "250 2.0.0 ok", NOON)));
            log.append(List.of(
                    done(
                            "Q2",
                            "bob@partner.example",
                            "deliver",
                            Optional.empty(),
                            "250 2.0.0 ok",
                            NOON.plusSeconds(60)),
                    done(
                            "Q2",
                            "=cmd|' /C calc'!A0@other.example",
                            "reject",
                            Optional.of("CERTIFICATE_MISSING"),
                            "550 5.7.1 no certificate \u202e\u0007",
                            NOON.plusSeconds(60))));
        }
    }

    /** A reviewer may read the log alone: for them, the keys that the configuration names might as well not exist. */
    @Test
    void aReviewerNeedsNoneOfTheGatewaysKeys() throws IOException {
        Files.move(folder.resolve("audit-key.pem.pub"), folder.resolve("for-all.pub"));
        Files.writeString(folder.resolve("postseal.yaml"), """
            audit:
              file: audit.jsonl
              checkpoint: { key: nowhere/audit-key.pem, publicKey: for-all.pub }
            loops: { keyFile: nowhere/loop.key }
            directory: { database: nowhere/postseal.db, masterKey: nowhere/master.key }
            """, StandardOpenOption.APPEND);

        assertThat(run("audit", "verify")).isZero();
        assertThat(run("audit", "query", "--address", "bob@partner.example")).isZero();
        assertThat(gateway.lines()).anyMatch(line -> line.contains("Q1"));
        // A command that signs needs the keys
        assertThat(run("audit", "index")).isEqualTo(ExitCode.CONFIG);
        assertThat(gateway.err()).contains("loops.keyFile");
    }

    @Test
    void theRuleThatDecidedIsShownInTheWordsItHadThen() throws IOException {
        PolicyText policy = PolicyText.of("""
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
            rules:
              - id: refuse
                when: always # \u202e
                then: reject
              - id: rest
            """.getBytes(UTF_8));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(log()), () -> NOON)) {
            log.append(List.of(Records.read(NOON, "policy-loaded", policy)));
            log.append(List.of(Records.by(
                    policy.sha256(),
                    Records.done(NOON, "Q7", "<7@ours.example>", "a@ours.example", "b@x.example", "refuse"))));
        }
        assertThat(run("audit", "show", "Q7")).isZero();
        assertThat(gateway.lines())
                .containsSubsequence(
                        "    rule's text         4    - id: refuse",
                        "                        5      when: always # \\u202e",
                        "                        6      then: reject",
                        "                        2    default: { RequireSignedSMIMEMessages: true }")
                .noneMatch(line -> line.contains("id: rest"));
        assertThat(run("audit", "show", "Q7", log().toString(), "--policy")).isZero();
        assertThat(gateway.lines()).containsSubsequence("  policy " + policy.sha256(), "      7    - id: rest");

        Path kept = folder.resolve("audit-evidence").resolve(policy.sha256() + ".yaml");
        Files.writeString(kept, "rules: []\n");
        assertThat(run("audit", "show", "Q7")).isZero();
        assertThat(gateway.lines())
                .contains("    rule's text     the text in " + folder.resolve("audit-evidence")
                        + " under this name is NOT the one that decided: its SHA-256 is another one");
        Files.delete(kept);
        assertThat(run("audit", "show", "Q7")).isZero();
        assertThat(gateway.lines()).contains("    rule's text     not kept in " + folder.resolve("audit-evidence"));
    }

    @Test
    void aSoundLogIsSaidToBeOne() {
        assertThat(run("audit", "verify")).isZero();
        assertThat(gateway.lines())
                .containsExactly(
                        "log         " + log(),
                        "records     1 to 5, 5 in 1 file",
                        "signed      to record 4 by 1 checkpoint",
                        "proven      unproven after checkpoint 4: only a checkpoint kept elsewhere shows whether"
                                + " the end was cut off",
                        "no record up to 4 was changed, removed, added or moved",
                        "log         " + folder.resolve("admin.jsonl"),
                        "records     1 to 3, 3 in 1 file",
                        "signed      to record 2 by 1 checkpoint",
                        "proven      unproven after checkpoint 2: only a checkpoint kept elsewhere shows whether"
                                + " the end was cut off",
                        "no record up to 2 was changed, removed, added or moved");
        // Both logs are checked; a checkpoint of one log is no fault of the other
        assertThat(run("audit", "verify", "--checkpoint", log().toString())).isZero();
        assertThat(gateway.lines())
                .contains("proven      to record 4 by a checkpoint kept elsewhere; unproven after it");
    }

    @Test
    void aChangedRecordIsNamedAndFailsTheCommand() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(log()));
        lines.set(2, lines.get(2).replace("bob@", "eve@"));
        Files.write(log(), lines);
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).isEqualTo("error: audit.jsonl:3: record 3 was changed, or one before it\n");
        assertThat(gateway.lines()).contains("log         " + folder.resolve("admin.jsonl"));
    }

    @Test
    void aLogThatIsTooYoungForACheckpointIsNotSignedYet() throws IOException {
        Instant now = Instant.now();
        assertThat(verifyWhileOpen("young.jsonl", now)).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(gateway.err())
                .isEqualTo("error: " + folder.resolve("young.jsonl") + " is not signed yet\n"
                        + "hint: a gateway signs within 300 s of the first record; verify the log again after that\n");
        assertThat(verifyWhileOpen("old.jsonl", now.minus(Duration.ofMinutes(6))))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("error: no checkpoint is there");
        assertThat(verifyWhileOpen("future.jsonl", now.plus(Duration.ofDays(1))))
                .as("time does not mend that")
                .isEqualTo(ExitCode.REFUSED);
    }

    private int verifyWhileOpen(String name, Instant written) throws IOException {
        AuditConfig config = AuditConfig.of(folder.resolve(name));
        try (AuditLog log = AuditLogs.open(config, () -> written)) {
            log.append(List.of(done("Q1", "bob@partner.example", "deliver", Optional.empty(), "250 ok", written)));
            String key = config.checkpoint().publicKey().toString();
            return run("audit", "verify", "--key", key, config.file().toString());
        }
    }

    @Test
    void aForgedLogDoesNotDriveTheTerminal() throws IOException {
        Files.writeString(
                log(),
                Files.readString(log())
                        .replaceFirst(
                                "\"postseal.chain.key\":\"[0-9a-f]+\"", "\"postseal.chain.key\":\"\\\\u001b[2J\""));
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("unknown key, \\u001b[2J").doesNotContain("\u001b");
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        assertThat(run("audit", "verify", "--key", "missing.pub")).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).contains("error: missing.pub: no such file");
        Files.delete(log());
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).contains("audit.jsonl: no such file", "hint: audit in ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-13-01",
                "10000-01-01",
                "+10000-01-01",
                "+999999999-12-31",
                "+1000000000-01-01T00:00:00Z",
                "-999999999-01-01",
                "-1000000000-01-01T00:00:00Z"
            })
    void aTimeThatNoRecordCanHaveIsRefused(String time) {
        String why = "must be like 2027-01-31 or 2027-01-31T12:00:00Z, not '" + time + "'";
        for (String option : List.of("--since", "--until")) {
            for (String command : List.of("query", "report")) {
                assertThat(run("audit", command, option + "=" + time)).isEqualTo(ExitCode.USAGE);
                assertThat(gateway.err().lines())
                        .startsWith("error: Invalid value for option '" + option + "': " + why);
            }
        }
    }

    @Test
    void recordsAreFound() {
        assertThat(run("audit", "query", "--outcome", "failure")).isZero();
        assertThat(gateway.lines().stream().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "TIME QUEUE-ID OUTCOME FROM TO WHAT",
                        "2026-11-26T12:01:00Z Q2 failure ann@ours.example =cmd|' /C calc'!A0@other.example reject,"
                                + " signed with RSASSA-PSS, CERTIFICATE_MISSING");
        assertThat(run("audit", "query", "--address", "PARTNER.example", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(2).allMatch(line -> line.contains("\"postseal.chain.hash\""));
        assertThat(run(
                        "audit",
                        "query",
                        "--message",
                        "4711@ours.example",
                        "--until",
                        "2026-11-26T12:00:30Z",
                        "--format",
                        "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(1);
        assertThat(run("audit", "query", "--certificate", "AB12", "--limit", "1", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(1);
        assertThat(gateway.err()).isEqualTo("hint: there are more, see --limit\n");
        assertThat(run("audit", "query", "--part", "4711@OURS", "--part", "q1", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(1);
        assertThat(run("audit", "query", "--admin", "--part", "cert-pin", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(1);
        assertThat(run("audit", "query", "--message", "4711@ours")).isEqualTo(ExitCode.REFUSED);
        assertThat(run("audit", "query", "--rule", "nobody")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err())
                .isEqualTo("error: no record matches\nhint:"
                        + " --part TEXT finds a fragment of any value, as of an address or a Message-ID\n");
        assertThat(run("audit", "query", "--part", "about the contract")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("subjects and text of mail are not in the log");
    }

    /**
     * A query by time or outcome, or without any condition, is about what became of mail. Checkpoints would bury those
     * records.
     */
    @Test
    void linesOfTheChainAreFoundByPartsAlone() {
        String[][] aboutMail = {
            {}, {"--since", "2026-11-26T12:00:00Z", "--until", "2026-11-26T12:00:01Z"}, {"--outcome", "success"}
        };
        int[] records = {3, 1, 2};
        for (int i = 0; i < aboutMail.length; i++) {
            assertThat(run(query(aboutMail[i]))).isZero();
            assertThat(gateway.lines())
                    .as(List.of(aboutMail[i]).toString())
                    .hasSize(records[i])
                    .allMatch(line -> line.contains("\"event.action\":\"recipient-done\""));
        }
        assertThat(run(query("--admin", "--since", "2026-11-26"))).isZero();
        assertThat(gateway.lines()).singleElement().asString().contains("\"event.action\":\"cert-pin\"");
        // Lines of the chain do not count for the limit
        assertThat(run(query("--limit", "3"))).isZero();
        assertThat(gateway.lines()).hasSize(3);
        assertThat(gateway.err()).isEmpty();

        assertThat(run(query("--part", "chain-checkpoint"))).isZero();
        assertThat(gateway.lines()).singleElement().asString().contains("\"postseal.chain.signature\"");
        assertThat(run(query("--part", "chain-segment", "--since", "2026-11-26")))
                .isZero();
        assertThat(gateway.lines()).singleElement().asString().contains("\"postseal.chain.previous\"");
        assertThat(run(query("--since", "2026-11-26T12:02:00Z"))).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).startsWith("error: no record matches\n");
    }

    private static String[] query(String... asked) {
        return Stream.concat(Stream.of("audit", "query", "--format", "json"), Stream.of(asked))
                .toArray(String[]::new);
    }

    @Test
    void whatWasOnlyObservedIsNotSaidToHaveBeenDone() throws IOException {
        Path file = Files.createDirectory(folder.resolve("observed")).resolve("audit.jsonl");
        Files.writeString(
                file,
                ("{'@timestamp':'" + NOON
                                + "','event.action':'recipient-done','event.outcome':'success',"
                                + "'postseal.queue_id':'QO','email.to.address':'bob@partner.example',"
                                + "'postseal.direction':'outbound','postseal.decision':'deliver',"
                                + "'postseal.protection':'encrypted AES256 RSA_PKCS1',"
                                + "'postseal.reply':'250 2.0.0 Ok','postseal.mode':'observe'}\n")
                        .replace('\'', '"'));
        String said = "relayed under observe, would be: deliver, encrypted AES256 RSA_PKCS1";
        assertThat(run("audit", "query", "--message", "QO", file.toString())).isZero();
        assertThat(gateway.lines().getLast()).endsWith("  " + said);
        assertThat(run("audit", "query", "--message", "QO", "--format", "csv", file.toString()))
                .isZero();
        assertThat(gateway.lines().getFirst()).contains(",\"postseal.direction\",\"postseal.mode\",");
        assertThat(gateway.lines().getLast()).contains(",\"outbound\",\"observe\",");
        assertThat(run("audit", "show", "QO", file.toString())).isZero();
        assertThat(gateway.lines())
                .contains("  mode            observe", "  bob@partner.example: " + said)
                .contains("    would add       encrypted AES256 RSA_PKCS1")
                .noneMatch(line -> line.startsWith("    added"));
    }

    @Test
    void whatCannotBeReadIsAnError() throws IOException {
        Files.writeString(folder.resolve("audit-000000000000.jsonl.gz"), "damaged");
        for (List<String> asked : List.of(
                List.of("audit", "query", "--message", "4711@ours.example"),
                List.of("audit", "query", "--message", "nothing"),
                List.of("audit", "show", "4711@ours.example"))) {
            assertThat(run(asked.toArray(String[]::new))).as(asked.toString()).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(gateway.err())
                    .contains(
                            "hint: audit-000000000000.jsonl.gz cannot be read",
                            "error: not all of the log could be read");
        }
    }

    @Test
    void outcomesAreToldApart() {
        for (String none : List.of("deferred", "redirected")) {
            assertThat(run("audit", "query", "--outcome", none)).isEqualTo(ExitCode.REFUSED);
        }
        assertThat(run("audit", "query", "--outcome", "refused", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).singleElement().asString().contains("other.example");
        assertThat(run("audit", "query", "--outcome", "delivered", "--format", "json"))
                .isZero();
        assertThat(gateway.lines()).hasSize(2);
    }

    @Test
    void aSpreadsheetRunsNothing() {
        assertThat(run("audit", "query", "--reason", "CERTIFICATE_MISSING", "--format", "csv"))
                .isZero();
        assertThat(gateway.lines()).hasSize(2);
        assertThat(gateway.lines().getFirst()).startsWith("\"@timestamp\",\"event.action\",");
        assertThat(gateway.lines().getLast())
                .contains(",\"'=cmd|' /C calc'!A0@other.example\",")
                .contains("\\u202e\\u0007");
    }

    @Test
    void hashedAddressesAreFoundByWhoHasTheKey() throws IOException {
        Path file = Files.createDirectory(folder.resolve("hashed")).resolve("audit.jsonl");
        Path key = Files.writeString(folder.resolve("address.key"), "0123456789abcdef0123456789abcdef\n");
        AuditConfig plain = AuditConfig.of(file);
        AuditConfig hashed = AuditConfigs.hashed(plain, Secret.read(key));
        try (AuditLog log = AuditLogs.open(hashed, () -> NOON)) {
            log.append(List.of(done("Q9", "eve@other.example", "deliver", Optional.empty(), "250 ok", NOON)));
        }
        String[] query = {"audit", "query", "--format", "json", "--address", "Eve@Other.example", file.toString()};
        assertThat(run(query)).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).contains("hint: the log has hashes in the place of addresses");
        String[] withKey = Arrays.copyOf(query, query.length + 2);
        withKey[query.length] = "--address-key";
        withKey[query.length + 1] = key.toString();
        assertThat(run(withKey)).isZero();
        assertThat(gateway.lines())
                .singleElement()
                .asString()
                .doesNotContain("eve@")
                .contains("@other.example");
        assertThat(run(
                        "audit",
                        "verify",
                        "--key",
                        folder.resolve("hashed/audit-key.pem.pub").toString(),
                        file.toString()))
                .isZero();
        withKey[query.length + 1] = folder.resolve("none").toString();
        assertThat(run(withKey)).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).contains("none: no such file");
    }

    @Test
    void theStoryOfAMessageIsOnOnePage() {
        assertThat(run("audit", "show", "4711@ours.example")).isZero();
        assertThat(gateway.lines())
                .containsSubsequence(
                        "2026-11-26T12:00:00Z  attempt Q1",
                        "  Message-ID      <4711@ours.example>",
                        "  TLS             1.3",
                        "                  TLS_AES_256_GCM_SHA384",
                        "  took            1.3 ms (seal 1.0)",
                        "  bob@partner.example: deliver, signed with RSASSA-PSS",
                        "2026-11-26T12:01:00Z  attempt Q2",
                        "  =cmd|' /C calc'!A0@other.example: reject, signed with RSASSA-PSS, CERTIFICATE_MISSING",
                        "    reason          CERTIFICATE_MISSING",
                        "    peer was told   550 5.7.1 no certificate \\u202e\\u0007",
                        "    explanation     first step",
                        "                    second step");
        assertThat(run("audit", "show", "Q1")).isZero();
        assertThat(gateway.lines()).noneMatch(line -> line.contains("Q2"));
        assertThat(run("audit", "show", "nobody@nowhere")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).startsWith("error: the audit log has nothing about nobody@nowhere\nhint: ");
    }

    @Test
    void aStrangersMessageIdIsNoQueueId() throws IOException {
        try (AuditLog log = AuditLogs.open(AuditConfig.of(log()), () -> NOON)) {
            log.append(List.of(Records.done(NOON, "Q7", "<Q1>", "mallory@other.example", "eve@other.example", "rest")));
            log.append(
                    List.of(new AuditEvent.NoticeSent(NOON.plusSeconds(1), "Q1", "ann@ours.example", "250 2.0.0 ok")));
        }
        assertThat(run("audit", "show", "4711@ours.example")).isZero();
        assertThat(gateway.lines())
                .contains("  ann@ours.example: notice-sent")
                .noneMatch(line -> line.contains("eve@"))
                .filteredOn(line -> line.contains("  attempt "))
                .containsExactly("2026-11-26T12:00:00Z  attempt Q1", "2026-11-26T12:01:00Z  attempt Q2");
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        for (List<String> command :
                List.of(List.of("query"), List.of("show", "Q1"), List.of("report"), List.of("verify"))) {
            List<String> words = new ArrayList<>(List.of("audit"));
            words.addAll(command);
            words.addAll(List.of(folder.resolve("typo.jsonl").toString(), log().toString()));
            assertThat(run(words.toArray(String[]::new))).as(words.toString()).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(gateway.out()).isEmpty();
            assertThat(gateway.err()).startsWith("error: " + folder.resolve("typo.jsonl") + ": no such file\nhint: ");
        }
    }

    private Path log() {
        return folder.resolve("audit.jsonl");
    }

    private static AuditEvent done(
            String queueId, String recipient, String decision, Optional<String> reason, String reply, Instant at) {
        return new AuditEvent.RecipientDone(
                at,
                new AuditEvent.Message(
                        queueId,
                        Optional.empty(),
                        Optional.of("<4711@ours.example>"),
                        "127.0.0.1",
                        Optional.empty(),
                        Optional.of(new AuditEvent.Tls("1.3", "TLS_AES_256_GCM_SHA384", Optional.empty())),
                        "ann@ours.example",
                        recipient,
                        1000),
                Records.decision(
                        "outbound",
                        "ab".repeat(32),
                        "rest",
                        "",
                        decision,
                        reason,
                        List.of("first step", "second step"),
                        Optional.empty()),
                Records.protection("signed with RSASSA-PSS", "", "none", "signer:ab12"),
                Records.delivery(Optional.of(1), Optional.empty(), reply),
                Optional.of(new AuditEvent.Times(1_300_000, Map.of("seal", 1_040_000L))));
    }

    private int run(String... words) {
        return gateway.run(words);
    }
}
