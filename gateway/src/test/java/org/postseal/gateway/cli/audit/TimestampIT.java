package org.postseal.gateway.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.AuditLogs;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.e2e.Await;
import org.postseal.gateway.e2e.Command;
import org.postseal.gateway.e2e.Requirements;

/** Time stamps by OpenSSL: what it stamps is kept and verified, what it verifies is what we kept, and whatever is wrong with an answer is named and not kept. */
final class TimestampIT {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final String TIME = "20[0-9-]{8}T[0-9:]{8}Z \\(accuracy 1.5001s\\)";

    @TempDir
    private static Path shared;

    private static OpensslTsa tsa;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
    }

    @AfterAll
    static void end() {
        tsa.close();
    }

    @BeforeEach
    void log() throws IOException {
        tsa.handle(tsa::stamp);
        tsa.asked.clear();
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        configure("url: \"" + tsa.url() + "\"");
        append("Q1");
    }

    @Test
    void bothLogsAreStampedAndOpensslVerifiesWhatIsKept() throws Exception {
        assertThat(run("audit", "stamp")).isZero();
        assertThat(output())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("stamped     audit.jsonl to record 2 at " + TIME + " by O=Example,CN=tsa"),
                        line -> assertThat(line).isEqualTo("            " + stamps().resolve("audit-000000000002.tsr")),
                        line -> assertThat(line)
                                .matches("stamped     admin.jsonl to record 2 at " + TIME + " by O=Example,CN=tsa"),
                        line -> assertThat(line)
                                .isEqualTo("            " + stamps().resolve("admin-000000000002.tsr")));
        assertThat(tsa.asked).hasSize(2).containsOnly("POST application/timestamp-query");
        assertThat(names(stamps()))
                .containsExactly(
                        "admin-000000000002.json",
                        "admin-000000000002.tsr",
                        "audit-000000000002.json",
                        "audit-000000000002.tsr");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stamps())))
                .isEqualTo("rwxr-x---");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(stamps().resolve("audit-000000000002.tsr"))))
                .isEqualTo("rw-r-----");

        assertThat(run("audit", "verify")).isZero();
        assertThat(output())
                .anyMatch(line -> line.startsWith("proven      unproven after checkpoint 2"))
                .filteredOn(line -> line.matches("stamped     to record 2 at " + TIME + " by O=Example,CN=tsa"))
                .hasSize(2);

        // once is enough, and a later one would prove less
        assertThat(run("audit", "stamp")).isZero();
        assertThat(output()).contains("stamped     audit.jsonl to record 2 already");
        assertThat(tsa.asked).hasSize(2);

        assertThat(page()).contains("Verification: OK", "Signature Verified Successfully");
        Path stamped = stamps().resolve("audit-000000000002.json");
        Files.writeString(stamped, Files.readString(stamped).replace("12:00:00", "11:00:00"));
        assertThat(page()).doesNotContain("Verification: OK").doesNotContain("Signature Verified");
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(err())
                .isEqualTo("error: audit-000000000002.tsr: the stamp does not verify: is a stamp of other octets\n");
    }

    @Test
    void whatRootHasStampedBelongsToTheOwnerOfTheLog() throws Exception {
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root may give files away");
        UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
        PosixFileAttributeView log = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        log.setOwner(names.lookupPrincipalByName("nobody"));
        log.setGroup(names.lookupPrincipalByGroupName("nogroup"));
        assertThat(run("audit", "stamp")).as(err()).isZero();
        assertThat(run("audit", "stamp", "--query", "--record", "1")).as(err()).isZero();
        List<Path> made = new ArrayList<>(List.of(stamps()));
        try (Stream<Path> files = Files.list(stamps())) {
            files.forEach(made::add);
        }
        assertThat(made).hasSize(5).allSatisfy(file -> {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            assertThat(attributes.owner().getName()).isEqualTo("nobody");
            assertThat(attributes.group().getName()).isEqualTo("nogroup");
        });
    }

    @Test
    void whoMayNotLookForAStampIsToldSoAndExportsNothing() throws Exception {
        // root may read all, but nobody gets through a loop
        Files.createSymbolicLink(stamps(), Path.of("audit-stamps"));
        Path evidence = folder.resolve("evidence");
        assertThat(run("audit", "export", "--queue-id", "Q1", "--out", evidence.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(err())
                .startsWith("error: " + stamps())
                .endsWith("hint: the stamps stand in " + stamps() + ", for the gateway's user and its group\n");
        assertThat(evidence).doesNotExist();
    }

    @Test
    void aStampThatCannotBeReadIsAFindingOfItsOwn() throws Exception {
        assertThat(run("audit", "stamp")).isZero();
        Files.delete(stamps().resolve("audit-000000000002.json"));
        Files.createDirectory(stamps().resolve("b.tsr"));
        Files.writeString(stamps().resolve("b.json"), "x");
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(output())
                .contains("no record up to 2 was changed, removed, added or moved")
                .filteredOn(line -> line.startsWith("signed      to record 2"))
                .hasSize(2);
        assertThat(output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);
        assertThat(err().lines())
                .containsExactly(
                        "error: audit-000000000002.tsr: cannot be read: " + stamps().resolve("audit-000000000002.json")
                                + ": no such file",
                        "error: b.tsr: cannot be read: " + stamps().resolve("b.tsr") + " is no file");
        // what is given by hand has to be there
        Path elsewhere = Files.move(stamps(), folder.resolve("elsewhere"));
        for (Path given : List.of(elsewhere, elsewhere.resolve("audit-000000000002.tsr"))) {
            assertThat(run("audit", "verify", "--checkpoint", given.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
        }
        // and the folder as a whole
        Files.writeString(stamps(), "");
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(err()).isEqualTo("error: audit-stamps: cannot be read: " + stamps() + " is no folder\n");
    }

    @Test
    void aSignatureOverSha1IsNotBelieved() throws Exception {
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.weak(query)));
        assertThat(run("audit", "stamp", "--record", "1")).isEqualTo(ExitCode.REFUSED);
        assertThat(err())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: "
                        + "is signed with an algorithm that is too weak or unknown\n");
        assertThat(stamps()).doesNotExist();
    }

    @Test
    void aCheckpointOfTheKeyBeforeIsStampedWithThatKey() throws Exception {
        Path key = folder.resolve("audit-key.pem");
        Path before = Files.move(folder.resolve("audit-key.pem.pub"), folder.resolve("before.pub"));
        Files.delete(key);
        append("Q2");
        assertThat(run("audit", "stamp", "--record", "2")).isEqualTo(ExitCode.REFUSED);
        assertThat(err()).matches("""
                        error: audit.jsonl: the checkpoint up to record 2 was signed by another key, [0-9a-f]{64}
                        hint: --key FILE names the public key of before
                        """);
        assertThat(stamps()).doesNotExist();
        assertThat(run("audit", "stamp", "--record", "2", "--key", before.toString()))
                .as(err())
                .isZero();
        assertThat(names(stamps())).contains("audit-000000000002.tsr");
        assertThat(run("audit", "stamp")).as(err()).isZero();
    }

    @Test
    void aStampFromBeforeItsOwnCheckpointSaysThatAClockIsWrong() throws Exception {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> ahead)) {
            log.append(List.of(new AuditEvent.NoticeSent(ahead, "Q2", "ann@ours.example", "250 2.0.0 ok")));
        }
        assertThat(run("audit", "stamp")).as(err()).isZero();
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        String wrong = "-[0-9]{12}\\.tsr: stamped " + TIME + " by O=Example,CN=tsa, before " + ahead
                + " when its checkpoint says that it was signed: the gateway's clock was ahead, or the authority's behind";
        assertThat(err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("error: admin" + wrong),
                        line -> assertThat(line).matches("error: audit" + wrong));
        assertThat(output())
                .filteredOn(line -> line.matches("stamped     to record [0-9]+ at " + TIME + " by .*"))
                .hasSize(2);
    }

    @Test
    void logsOfOneNameInTwoFoldersHaveStampsOfTheirOwn() throws Exception {
        Path other = Files.createDirectory(folder.resolve("changes"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("admin"))
                    .toList()) {
                String name = file.getFileName().toString().replaceFirst("admin", "audit");
                Files.move(file, other.resolve(name));
            }
        }
        Path yaml = folder.resolve("postseal.yaml");
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        .replace("file: audit.jsonl,", "file: audit.jsonl, adminFile: changes/audit.jsonl,"));
        assertThat(run("audit", "stamp")).as(err()).isZero();
        assertThat(names(stamps()))
                .containsExactly(
                        "audit-000000000002.json",
                        "audit-000000000002.tsr",
                        "audit-changes-000000000002.json",
                        "audit-changes-000000000002.tsr");
        assertThat(run("audit", "verify")).as(err()).isZero();
    }

    @Test
    void evidenceHasTheStampOfItsCheckpoint() throws Exception {
        append("Q2");
        assertThat(run("audit", "stamp", "--record", "2")).isZero();
        Path evidence = folder.resolve("evidence");
        for (String id : List.of("Q1", "Q2")) {
            assertThat(run("audit", "export", "--queue-id", id, "--out", evidence + id))
                    .as(err())
                    .isZero();
        }
        assertThat(names(folder.resolve("evidenceQ2")))
                .contains("checkpoint-5.json")
                .noneMatch(name -> name.endsWith(".tsr"));
        assertThat(names(folder.resolve("evidenceQ1"))).contains("checkpoint-3.json", "checkpoint-3.tsr");
        Files.copy(tsa.file("root.pem"), folder.resolve("evidenceQ1/tsa-root.pem"));
        Matcher commands = Pattern.compile("```sh\\n(when=.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(folder.resolve("evidenceQ1/README.md")));
        assertThat(commands.find()).isTrue();
        Command.Result result = Command.of("env", "-C", evidence + "Q1", "sh", "-e", "-c", commands.group(1))
                .run();
        assertThat(result.isSuccess()).as(result.toString()).isTrue();
        assertThat(new String(result.output(), UTF_8) + result.messages())
                .containsPattern("[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} 20[0-9]{2} GMT")
                .contains("Verification: OK");
    }

    @Test
    void whatIsKeptElsewhereProvesAndNamesARollBack() throws Exception {
        byte[] early = Files.readAllBytes(folder.resolve("audit.jsonl"));
        append("Q2");
        assertThat(run("audit", "stamp")).isZero();
        Path elsewhere = Files.move(stamps(), folder.resolve("elsewhere"));
        Path stamp = elsewhere.resolve("audit-000000000004.tsr");
        assertThat(run("audit", "verify", "--checkpoint", elsewhere.toString())).isZero();
        assertThat(output())
                .contains("proven      to record 4 by a checkpoint kept elsewhere; unproven after it")
                .anyMatch(line -> line.startsWith("stamped     to record 4 at "));

        Files.write(folder.resolve("audit.jsonl"), early);
        assertThat(run("audit", "verify")).isZero();
        String rolledBack = "error: rolled back: the checkpoint of 2026-11-26T12:00:00Z, stamped " + TIME
                + " by O=Example,CN=tsa \\(audit-000000000004.tsr\\), covers records up to 4, the log ends with 3\n";
        assertThat(run("audit", "verify", "--checkpoint", stamp.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(err()).matches(rolledBack);
        // from the files alone
        String key = folder.resolve("audit-key.pem.pub").toString();
        String log = folder.resolve("audit.jsonl").toString();
        assertThat(run("audit", "verify", "--key", key, "--trust", root(), "--checkpoint", stamp.toString(), log))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err()).matches(rolledBack);
        assertThat(run("audit", "verify", "--key", key, "--checkpoint", stamp.toString(), log))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(err()).startsWith("error: who is trusted to stamp is not said\nhint: ");
        assertThat(run(
                        "audit",
                        "verify",
                        "--key",
                        key,
                        "--trust",
                        tsa.file("stranger-root.pem").toString(),
                        "--checkpoint",
                        stamp.toString(),
                        log))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err())
                .isEqualTo("error: audit-000000000004.tsr: the stamp does not verify: the certificate that signed it,"
                        + " O=Example,CN=tsa: no path to a trust anchor\n");

        // another state up to the same record is not stamped over the one before
        Files.move(elsewhere, stamps());
        append("Q3", "Q4");
        assertThat(run("audit", "stamp", "--record", "4")).isZero();
        Files.write(folder.resolve("audit.jsonl"), early);
        append("Q5");
        assertThat(run("audit", "stamp")).isEqualTo(ExitCode.REFUSED);
        assertThat(err())
                .startsWith("error: " + stamps().resolve("audit-000000000004.tsr") + " is of another checkpoint");
    }

    @Test
    void whateverIsWrongWithAnAnswerIsNamedAndNothingIsKept() throws Exception {
        byte[] other = Command.of("openssl", "ts", "-query", "-data", "/dev/null", "-sha256", "-cert")
                .output();
        refused("is a stamp of other octets", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(other, "tsa")));
        refused("nonce", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(ofSameOctets(), "tsa")));
        byte[] deep = new byte[200_000];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        refused("is no time-stamp answer", (exchange, _) -> OpensslTsa.answer(exchange, deep));
        refused("is no time-stamp answer", (exchange, _) -> OpensslTsa.answer(exchange, "garbage".getBytes(UTF_8)));
        refused(
                "O=Example,CN=expired: had expired on 2021-01-01T00:00:00Z",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "expired")));
        refused(
                "O=Example,CN=stranger: no path to a trust anchor",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "stranger")));
        refused(
                "O=Example,CN=plain: extKeyUsage is not timeStamping alone",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "plain", true)));
        refused(
                "O=Example,CN=both: extKeyUsage is not timeStamping alone",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "both", true)));
        refused(
                "O=Example,CN=lax: extKeyUsage is not critical",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "lax", true)));
        refused(
                "signing certificate",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "tsa", false)));
        refused("signature", (exchange, query) -> {
            byte[] reply = tsa.reply(query, "tsa");
            reply[reply.length - 1] ^= 1;
            OpensslTsa.answer(exchange, reply);
        });
        // what was changed is what makes the others fail
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "tsa", true)));
        assertThat(run("audit", "stamp")).as(err()).isZero();
    }

    private void refused(String why, OpensslTsa.Handler handler) throws IOException {
        tsa.handle(handler);
        assertThat(run("audit", "stamp")).as(why).isEqualTo(ExitCode.REFUSED);
        assertThat(err().lines().findFirst().orElseThrow())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: ")
                .containsIgnoringCase(why);
        assertThat(stamps()).doesNotExist();
    }

    /** With a nonce of its own. */
    private byte[] ofSameOctets() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("audit.jsonl"));
        Path octets = Files.writeString(folder.resolve("octets"), lines.getLast() + "\n");
        return Command.of("openssl", "ts", "-query", "-data", octets, "-sha256", "-cert")
                .output();
    }

    @Test
    void anAuthorityThatDoesNotAnswerIsTriedAgainLater() throws Exception {
        configure("url: \"" + tsa.url() + "\", policy: 1.2.3.9");
        unanswered("it has refused: status 2, failure unacceptedPolicy", tsa::stamp);
        configure("url: \"" + tsa.url() + "\", policy: 1.2.3.4.2, timeLimit: 200ms");
        CountDownLatch over = new CountDownLatch(1);
        unanswered("no answer within 200 ms", (_, _) -> awaitQuietly(over));
        unanswered("no answer within 200 ms", (exchange, _) -> {
            // the header section and an octet come in time
            exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write(0x30);
            exchange.getResponseBody().flush();
            awaitQuietly(over);
        });
        over.countDown();
        configure("url: \"" + tsa.url() + "\"");
        unanswered("status 500", (exchange, _) -> exchange.sendResponseHeaders(500, -1));
        unanswered("status 302", (exchange, _) -> {
            exchange.getResponseHeaders().set("Location", tsa.url());
            exchange.sendResponseHeaders(302, -1);
        });
        unanswered("an answer that is no time stamp, but text/html", (exchange, _) -> html(exchange));
        unanswered("", (exchange, _) -> OpensslTsa.answer(exchange, new byte[300 << 10]));
        configure("url: \"http://127.0.0.1:" + Await.freePorts(1).getFirst() + "\"");
        unanswered("", tsa::stamp);
        configure("policy: 1.2.3.9");
        assertThat(run("audit", "stamp")).isEqualTo(ExitCode.CONFIG);
        assertThat(err()).startsWith("error: audit.timestamp.url is not there");
    }

    @Test
    void overTlsTheServerIsLookedAt() throws Exception {
        configure("url: \"" + tsa.securedUrl() + "\"");
        unanswered("", tsa::stamp);
        assertThat(tsa.asked).isEmpty();
        // what is named and cannot be read is not as if nothing were named
        for (String unreadable : List.of(folder.resolve("none.pem").toString(), "credential:postseal.none")) {
            configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + unreadable + "\"");
            assertThat(run("audit", "stamp")).as(unreadable).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(err()).contains("none", ": no such file\nhint: ");
            assertThat(run("audit", "verify"))
                    .as("whoever only reads needs none")
                    .isZero();
        }
        configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + tsa.file("stranger-root.pem") + "\"");
        assertThat(run("audit", "stamp")).as(err()).isZero();
        assertThat(tsa.asked).hasSize(2);
    }

    private static void html(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html");
        exchange.sendResponseHeaders(200, -1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unanswered(String why, OpensslTsa.Handler handler) {
        tsa.handle(handler);
        assertThat(run("audit", "stamp")).as(why).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err().lines().findFirst().orElseThrow())
                .startsWith("error: no stamp of audit.jsonl to record 2 from the authority: " + why);
        assertThat(stamps()).doesNotExist();
    }

    @Test
    void aQueryIsTakenToTheAuthorityByHand() throws Exception {
        configure("policy: 1.2.3.4.2");
        assertThat(run("audit", "stamp", "--query")).isZero();
        assertThat(output())
                .containsExactly(
                        "query       audit.jsonl to record 2",
                        "            " + stamps().resolve("audit-000000000002.tsq"),
                        "query       admin.jsonl to record 2",
                        "            " + stamps().resolve("admin-000000000002.tsq"));
        Path query = stamps().resolve("audit-000000000002.tsq");
        assertThat(new String(
                        Command.of("openssl", "ts", "-query", "-in", query, "-text")
                                .output(),
                        UTF_8))
                .contains("Hash Algorithm: sha256", "Policy OID: 1.2.3.4.2", "Certificate required: yes");

        Path reply = folder.resolve("audit-000000000002.tsr");
        Files.write(reply, tsa.reply(ofSameOctets(), "tsa"));
        assertThat(run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(err()).contains("nonce");
        assertThat(stamps().resolve("audit-000000000002.tsr")).doesNotExist();

        Files.write(reply, tsa.reply(Files.readAllBytes(query), "tsa"));
        assertThat(run("audit", "stamp", "--reply", reply.toString())).isZero();
        assertThat(names(stamps()))
                .containsExactly(
                        "admin-000000000002.json",
                        "admin-000000000002.tsq",
                        "audit-000000000002.json",
                        "audit-000000000002.tsr");
        assertThat(run("audit", "verify")).isZero();
        assertThat(output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        // one by OpenSSL is as good, and its answer may be put into its place
        Path own = stamps().resolve("admin-000000000002.tsq");
        byte[] _ = Command.of(
                        "openssl",
                        "ts",
                        "-query",
                        "-data",
                        stamps().resolve("admin-000000000002.json"),
                        "-sha512",
                        "-cert",
                        "-out",
                        own)
                .output();
        Path put = Files.write(stamps().resolve("admin-000000000002.tsr"), tsa.reply(Files.readAllBytes(own), "curve"));
        assertThat(run("audit", "stamp", "--reply", put.toString())).isZero();
        assertThat(own).doesNotExist();
        assertThat(run("audit", "verify", "--checkpoint", put.toString())).isZero();
        assertThat(output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        assertThat(run("audit", "stamp", "--reply", folder.resolve("none.tsr").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(err()).contains("audit-000000000002.tsr is there already");
        assertThat(tsa.asked).isEmpty();
    }

    @Test
    void whatCannotBeStampedIsSaidAndTheOtherLogIsStampedAllTheSame() throws Exception {
        for (List<String> wrong : List.of(
                List.of("--admin"),
                List.of("--reply", "a.tsr", "--query"),
                List.of("--reply", "a.tsr", "--record", "2"))) {
            List<String> words = new ArrayList<>(List.of("audit", "stamp"));
            words.addAll(wrong);
            assertThat(run(words.toArray(String[]::new))).as(wrong.toString()).isEqualTo(ExitCode.USAGE);
        }
        assertThat(run("audit", "stamp", "--record", "3")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(err())
                .startsWith(
                        "error: " + folder.resolve("audit.jsonl") + " has no checkpoint that covers this record yet");
        assertThat(run("audit", "stamp", "--admin", "--record", "2")).isZero();
        assertThat(names(stamps())).containsExactly("admin-000000000002.json", "admin-000000000002.tsr");

        Path log = folder.resolve("audit.jsonl");
        Files.writeString(log, Files.readString(log).replaceFirst("signature\":\"..", "signature\":\"AA"));
        Files.delete(stamps().resolve("admin-000000000002.tsr"));
        assertThat(run("audit", "stamp")).isEqualTo(ExitCode.REFUSED);
        assertThat(err()).startsWith("error: audit.jsonl: the checkpoint up to record 2 does not fit\nhint: ");
        assertThat(names(stamps())).containsExactly("admin-000000000002.json", "admin-000000000002.tsr");

        Files.writeString(
                folder.resolve("postseal.yaml"),
                Files.readString(folder.resolve("postseal.yaml"))
                        .replaceFirst("audit: .*", "audit: { file: audit.jsonl }"));
        assertThat(run("audit", "stamp")).isEqualTo(ExitCode.CONFIG);
        assertThat(err()).startsWith("error: nobody is set to stamp: audit.timestamp is not there\nhint: ");
    }

    /** Runs the page's own commands on the stamp of the log of messages. */
    private String page() throws IOException {
        String page = Files.readString(Path.of("../docs/audit.md"));
        Matcher commands = Pattern.compile("#### Check a stamp with OpenSSL.*?```sh\\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(commands.find()).isTrue();
        Files.copy(
                tsa.file("root.pem"),
                folder.resolve("tsa-root.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Command.Result result = Command.of(
                        "env",
                        "-C",
                        folder,
                        "STAMP=" + stamps().resolve("audit-000000000002"),
                        "sh",
                        "-c",
                        commands.group(1))
                .run();
        return new String(result.output(), UTF_8) + result.messages();
    }

    private void configure(String timestamp) throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                audit: { file: audit.jsonl, timestamp: { trust: "%s", %s } }
                """.formatted(root(), timestamp));
    }

    private static String root() {
        return tsa.file("root.pem").toString();
    }

    /** Records of the log of messages, with the first one of that of changes, and a checkpoint when it is closed. */
    private void append(String... queueIds) throws IOException {
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOON)) {
            if (queueIds[0].equals("Q1")) {
                log.append(List.of(new AuditEvent.DirectoryChanged(
                        NOON, "root", "cert-pin", "address:bob@partner.example", List.of())));
            }
            for (String id : queueIds) {
                log.append(List.of(new AuditEvent.NoticeSent(NOON, id, "ann@ours.example", "250 2.0.0 ok")));
            }
        }
    }

    private Path stamps() {
        return folder.resolve("audit-stamps");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> output() {
        return out.toString(UTF_8).lines().toList();
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 2];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(all);
    }
}
