package org.postseal.gateway.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.AuditLogs;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.e2e.Await;
import org.postseal.gateway.e2e.Command;
import org.postseal.gateway.e2e.Requirements;

/**
 * Time stamps by OpenSSL: what it stamps is kept and verified, what it verifies is what we kept, and whatever is wrong with an answer is named and not kept.
 *
 * <p>Longer than other tests, since they share one authority that is made once for all of them.
 */
final class TimestampIT {
    private static final String TIME = "20[0-9-]{8}T[0-9:]{8}Z \\(accuracy 1.5001s\\)";

    private static final String NO_LIST =
            "            whether its certificate was revoked is not known: no list at hand that was current and speaks of each certificate";

    @TempDir
    private static Path shared;

    private static OpensslTsa tsa;

    private final StampBench bench;

    TimestampIT(@TempDir Path folder) throws IOException {
        bench = new StampBench(folder, tsa);
    }

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
    }

    @AfterAll
    static void end() {
        tsa.close();
    }

    @Test
    void bothLogsAreStampedAndOpensslVerifiesWhatIsKept() throws Exception {
        assertThat(bench.run("audit", "stamp")).isZero();
        assertThat(bench.output())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("stamped     audit.jsonl to record 2 at " + TIME + " by O=Example,CN=tsa"),
                        line -> assertThat(line)
                                .isEqualTo("            " + bench.stamps().resolve("audit-000000000002.tsr")),
                        line -> assertThat(line).isEqualTo(NO_LIST + "; its lists are not all here: no list"),
                        line -> assertThat(line)
                                .matches("stamped     admin.jsonl to record 2 at " + TIME + " by O=Example,CN=tsa"),
                        line -> assertThat(line)
                                .isEqualTo("            " + bench.stamps().resolve("admin-000000000002.tsr")),
                        line -> assertThat(line).isEqualTo(NO_LIST + "; its lists are not all here: no list"));
        assertThat(tsa.asked).hasSize(2).containsOnly("POST application/timestamp-query");
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly(
                        "admin-000000000002.json",
                        "admin-000000000002.tsr",
                        "audit-000000000002.json",
                        "audit-000000000002.tsr");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.stamps())))
                .isEqualTo("rwxr-x---");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(bench.stamps().resolve("audit-000000000002.tsr"))))
                .isEqualTo("rw-r-----");

        assertThat(bench.run("audit", "verify")).isZero();
        assertThat(bench.output())
                .anyMatch(line -> line.startsWith("proven      unproven after checkpoint 2"))
                .contains(NO_LIST)
                .filteredOn(line -> line.matches("stamped     to record 2 at " + TIME + " by O=Example,CN=tsa"))
                .hasSize(2);

        // once is enough, and a later one would prove less
        assertThat(bench.run("audit", "stamp")).isZero();
        assertThat(bench.output()).contains("stamped     audit.jsonl to record 2 already");
        assertThat(tsa.asked).hasSize(2);

        assertThat(bench.page()).contains("Verification: OK", "Signature Verified Successfully");
        Path stamped = bench.stamps().resolve("audit-000000000002.json");
        Files.writeString(stamped, Files.readString(stamped).replace("12:00:00", "11:00:00"));
        assertThat(bench.page()).doesNotContain("Verification: OK").doesNotContain("Signature Verified");
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .isEqualTo("error: audit-000000000002.tsr: the stamp does not verify: is a stamp of other octets\n");
    }

    @Test
    void whatRootHasStampedBelongsToTheOwnerOfTheLog() throws Exception {
        assumeTrue(Files.getOwner(bench.folder).getName().equals("root"), "only root may give files away");
        UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
        PosixFileAttributeView log = Files.getFileAttributeView(bench.folder, PosixFileAttributeView.class);
        log.setOwner(names.lookupPrincipalByName("nobody"));
        log.setGroup(names.lookupPrincipalByGroupName("nogroup"));
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
        assertThat(bench.run("audit", "stamp", "--query", "--record", "1"))
                .as(bench.err())
                .isZero();
        List<Path> made = new ArrayList<>(List.of(bench.stamps()));
        try (Stream<Path> files = Files.list(bench.stamps())) {
            files.forEach(made::add);
        }
        assertThat(made).hasSize(5).allSatisfy(file -> {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            assertThat(attributes.owner().getName()).isEqualTo("nobody");
            assertThat(attributes.group().getName()).isEqualTo("nogroup");
        });
    }

    @Test
    void whoCannotLookForAStampIsToldSoAndExportsNothing() throws Exception {
        // root may read all, but nobody finds anything in a file
        Files.writeString(bench.stamps(), "");
        Path evidence = bench.folder.resolve("evidence");
        assertThat(bench.run("audit", "export", "--queue-id", "Q1", "--out", evidence.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err())
                .isEqualTo("error: " + bench.stamps() + " is no folder\nhint: the stamps stand in " + bench.stamps()
                        + ", for the gateway's user and its group\n");
        assertThat(evidence).doesNotExist();
    }

    /** The log's folder is the service's: who has taken it over must not have root write elsewhere, nor hand out what root alone may read. */
    @Test
    void noLinkBesideTheLogIsFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(bench.folder.resolve("elsewhere"));
        Files.createSymbolicLink(bench.stamps(), elsewhere);
        Path reply =
                Files.write(bench.folder.resolve("audit-000000000002.tsr"), tsa.reply(bench.ofSameOctets(), "tsa"));
        Path evidence = bench.folder.resolve("evidence");
        String export = "audit export --queue-id Q1 --out " + evidence;
        for (String words : List.of("audit stamp", "audit stamp --query", "audit stamp --reply " + reply, export)) {
            assertThat(bench.run(words.split(" "))).as(words).isEqualTo(ExitCode.REFUSED);
            assertThat(bench.err())
                    .as(words)
                    .isEqualTo("error: " + bench.stamps()
                            + " is a symbolic link, and none is followed there\nhint: look who has put it there, and"
                            + " remove it; stamps that are to lie on another disk need it mounted there\n");
        }
        assertThat(StampBench.names(elsewhere)).isEmpty();
        // a stamp is paid for
        assertThat(tsa.asked).isEmpty();
        assertThat(evidence).doesNotExist();

        Files.delete(bench.stamps());
        Files.createDirectory(bench.stamps());
        Path secret = Files.writeString(bench.folder.resolve("secret"), "secret");
        Path link = Files.createSymbolicLink(bench.stamps().resolve("audit-000000000002.tsr"), secret);
        for (String words : List.of("audit stamp", export)) {
            assertThat(bench.run(words.split(" "))).as(words).isEqualTo(ExitCode.REFUSED);
            assertThat(bench.err()).as(words).startsWith("error: " + link + " is a symbolic link");
        }
        assertThat(tsa.asked).isEmpty();
        assertThat(evidence).doesNotExist();
    }

    @Test
    void aStampThatCannotBeReadIsAFindingOfItsOwn() throws Exception {
        assertThat(bench.run("audit", "stamp")).isZero();
        Files.delete(bench.stamps().resolve("audit-000000000002.json"));
        Files.createDirectory(bench.stamps().resolve("b.tsr"));
        Files.writeString(bench.stamps().resolve("b.json"), "x");
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.output())
                .contains("no record up to 2 was changed, removed, added or moved")
                .filteredOn(line -> line.startsWith("signed      to record 2"))
                .hasSize(2);
        assertThat(bench.output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);
        assertThat(bench.err().lines())
                .containsExactly(
                        "error: audit-000000000002.tsr: cannot be read: "
                                + bench.stamps().resolve("audit-000000000002.json") + ": no such file",
                        "error: b.tsr: cannot be read: " + bench.stamps().resolve("b.tsr") + " is no file");
        // what is given by hand has to be there
        Path elsewhere = Files.move(bench.stamps(), bench.folder.resolve("elsewhere"));
        for (Path given : List.of(elsewhere, elsewhere.resolve("audit-000000000002.tsr"))) {
            assertThat(bench.run("audit", "verify", "--checkpoint", given.toString()))
                    .isEqualTo(ExitCode.INPUT_OUTPUT);
        }
        // and the folder as a whole
        Files.writeString(bench.stamps(), "");
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).isEqualTo("error: audit-stamps: cannot be read: " + bench.stamps() + " is no folder\n");
    }

    @Test
    void aSignatureOverSha1IsNotBelieved() throws Exception {
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.weak(query)));
        assertThat(bench.run("audit", "stamp", "--record", "1")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: "
                        + "is signed with an algorithm that is too weak or unknown\n");
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void aCheckpointOfTheKeyBeforeIsStampedWithThatKey() throws Exception {
        Path key = bench.folder.resolve("audit-key.pem");
        Path before = Files.move(bench.folder.resolve("audit-key.pem.pub"), bench.folder.resolve("before.pub"));
        Files.delete(key);
        bench.append("Q2");
        assertThat(bench.run("audit", "stamp", "--record", "2")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).matches("""
                        error: audit.jsonl: the checkpoint up to record 2 was signed by another key, [0-9a-f]{64}
                        hint: --key FILE names the public key of before
                        """);
        assertThat(bench.stamps()).doesNotExist();
        assertThat(bench.run("audit", "stamp", "--record", "2", "--key", before.toString()))
                .as(bench.err())
                .isZero();
        assertThat(StampBench.names(bench.stamps())).contains("audit-000000000002.tsr");
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
    }

    @Test
    void aStampFromBeforeItsOwnCheckpointSaysThatAClockIsWrong() throws Exception {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(bench.folder.resolve("audit.jsonl")), () -> ahead)) {
            log.append(List.of(new AuditEvent.NoticeSent(ahead, "Q2", "ann@ours.example", "250 2.0.0 ok")));
        }
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        String wrong = "-[0-9]{12}\\.tsr: stamped " + TIME + " by O=Example,CN=tsa, before " + ahead
                + " when its checkpoint says that it was signed: the gateway's clock was ahead, or the authority's behind";
        assertThat(bench.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("error: admin" + wrong),
                        line -> assertThat(line).matches("error: audit" + wrong));
        assertThat(bench.output())
                .filteredOn(line -> line.matches("stamped     to record [0-9]+ at " + TIME + " by .*"))
                .hasSize(2);
    }

    @Test
    void logsOfOneNameInTwoFoldersHaveStampsOfTheirOwn() throws Exception {
        Path other = Files.createDirectory(bench.folder.resolve("changes"));
        try (Stream<Path> files = Files.list(bench.folder)) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("admin"))
                    .toList()) {
                String name = file.getFileName().toString().replaceFirst("admin", "audit");
                Files.move(file, other.resolve(name));
            }
        }
        Path yaml = bench.folder.resolve("postseal.yaml");
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        .replace("file: audit.jsonl,", "file: audit.jsonl, adminFile: changes/audit.jsonl,"));
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly(
                        "audit-000000000002.json",
                        "audit-000000000002.tsr",
                        "audit-changes-000000000002.json",
                        "audit-changes-000000000002.tsr");
        assertThat(bench.run("audit", "verify")).as(bench.err()).isZero();
    }

    @Test
    void evidenceHasTheStampOfItsCheckpoint() throws Exception {
        bench.append("Q2");
        assertThat(bench.run("audit", "stamp", "--record", "2")).isZero();
        Path evidence = bench.folder.resolve("evidence");
        for (String id : List.of("Q1", "Q2")) {
            assertThat(bench.run("audit", "export", "--queue-id", id, "--out", evidence + id))
                    .as(bench.err())
                    .isZero();
        }
        assertThat(StampBench.names(bench.folder.resolve("evidenceQ2")))
                .contains("checkpoint-5.json")
                .noneMatch(name -> name.endsWith(".tsr"));
        assertThat(StampBench.names(bench.folder.resolve("evidenceQ1")))
                .contains("checkpoint-3.json", "checkpoint-3.tsr");
        Files.copy(tsa.file("root.pem"), bench.folder.resolve("evidenceQ1/tsa-root.pem"));
        Matcher commands = Pattern.compile("```sh\\n(when=.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(bench.folder.resolve("evidenceQ1/README.md")));
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
        byte[] early = Files.readAllBytes(bench.folder.resolve("audit.jsonl"));
        bench.append("Q2");
        assertThat(bench.run("audit", "stamp")).isZero();
        Path elsewhere = Files.move(bench.stamps(), bench.folder.resolve("elsewhere"));
        Path stamp = elsewhere.resolve("audit-000000000004.tsr");
        assertThat(bench.run("audit", "verify", "--checkpoint", elsewhere.toString()))
                .isZero();
        assertThat(bench.output())
                .contains("proven      to record 4 by a checkpoint kept elsewhere; unproven after it")
                .anyMatch(line -> line.startsWith("stamped     to record 4 at "));

        Files.write(bench.folder.resolve("audit.jsonl"), early);
        assertThat(bench.run("audit", "verify")).isZero();
        String rolledBack = "error: rolled back: the checkpoint of 2026-11-26T12:00:00Z, stamped " + TIME
                + " by O=Example,CN=tsa \\(audit-000000000004.tsr\\), covers records up to 4, the log ends with 3\n";
        assertThat(bench.run("audit", "verify", "--checkpoint", stamp.toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).matches(rolledBack);
        // from the files alone
        String key = bench.folder.resolve("audit-key.pem.pub").toString();
        String log = bench.folder.resolve("audit.jsonl").toString();
        assertThat(bench.run(
                        "audit",
                        "verify",
                        "--key",
                        key,
                        "--trust",
                        tsa.file("root.pem").toString(),
                        "--checkpoint",
                        stamp.toString(),
                        log))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).matches(rolledBack);
        assertThat(bench.run("audit", "verify", "--key", key, "--checkpoint", stamp.toString(), log))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).startsWith("error: who is trusted to stamp is not said\nhint: ");
        assertThat(bench.run(
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
        assertThat(bench.err())
                .isEqualTo("error: audit-000000000004.tsr: the stamp does not verify: the certificate that signed it,"
                        + " O=Example,CN=tsa: no path to a trust anchor\n");

        // another state up to the same record is not stamped over the one before
        Files.move(elsewhere, bench.stamps());
        bench.append("Q3", "Q4");
        assertThat(bench.run("audit", "stamp", "--record", "4")).isZero();
        Files.write(bench.folder.resolve("audit.jsonl"), early);
        bench.append("Q5");
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .startsWith("error: " + bench.stamps().resolve("audit-000000000004.tsr") + " is of another checkpoint");
    }

    @Test
    void whateverIsWrongWithAnAnswerIsNamedAndNothingIsKept() throws Exception {
        byte[] other = Command.of("openssl", "ts", "-query", "-data", "/dev/null", "-sha256", "-cert")
                .output();
        refused("is a stamp of other octets", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(other, "tsa")));
        refused("nonce", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(bench.ofSameOctets(), "tsa")));
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
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
    }

    private void refused(String why, OpensslTsa.Handler handler) throws IOException {
        tsa.handle(handler);
        assertThat(bench.run("audit", "stamp")).as(why).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().lines().findFirst().orElseThrow())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: ")
                .containsIgnoringCase(why);
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void anAuthorityThatDoesNotAnswerIsTriedAgainLater() throws Exception {
        bench.configure("url: \"" + tsa.url() + "\", policy: 1.2.3.9");
        unanswered("it has refused: status 2, failure unacceptedPolicy", tsa::stamp);
        bench.configure("url: \"" + tsa.url() + "\", policy: 1.2.3.4.2, timeLimit: 200ms");
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
        bench.configure("url: \"" + tsa.url() + "\"");
        unanswered("status 500", (exchange, _) -> exchange.sendResponseHeaders(500, -1));
        unanswered("status 302", (exchange, _) -> {
            exchange.getResponseHeaders().set("Location", tsa.url());
            exchange.sendResponseHeaders(302, -1);
        });
        unanswered("an answer that is no time stamp, but text/html", (exchange, _) -> html(exchange));
        unanswered("", (exchange, _) -> OpensslTsa.answer(exchange, new byte[300 << 10]));
        bench.configure("url: \"http://127.0.0.1:" + Await.freePorts(1).getFirst() + "\"");
        unanswered("", tsa::stamp);
        bench.configure("policy: 1.2.3.9");
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).startsWith("error: audit.timestamp.url is not there");
    }

    @Test
    void overTlsTheServerIsLookedAt() throws Exception {
        bench.configure("url: \"" + tsa.securedUrl() + "\"");
        unanswered("", tsa::stamp);
        assertThat(tsa.asked).isEmpty();
        // what is named and cannot be read is not as if nothing were named
        for (String unreadable : List.of(bench.folder.resolve("none.pem").toString(), "credential:postseal.none")) {
            bench.configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + unreadable + "\"");
            assertThat(bench.run("audit", "stamp")).as(unreadable).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(bench.err()).contains("none", ": no such file\nhint: ");
            assertThat(bench.run("audit", "verify"))
                    .as("whoever only reads needs none")
                    .isZero();
        }
        bench.configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + tsa.file("stranger-root.pem") + "\"");
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
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
        assertThat(bench.run("audit", "stamp")).as(why).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(bench.err().lines().findFirst().orElseThrow())
                .startsWith("error: no stamp of audit.jsonl to record 2 from the authority: " + why);
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void aQueryIsTakenToTheAuthorityByHand() throws Exception {
        bench.configure("policy: 1.2.3.4.2");
        assertThat(bench.run("audit", "stamp", "--query")).isZero();
        assertThat(bench.output())
                .containsExactly(
                        "query       audit.jsonl to record 2",
                        "            " + bench.stamps().resolve("audit-000000000002.tsq"),
                        "query       admin.jsonl to record 2",
                        "            " + bench.stamps().resolve("admin-000000000002.tsq"));
        Path query = bench.stamps().resolve("audit-000000000002.tsq");
        assertThat(new String(
                        Command.of("openssl", "ts", "-query", "-in", query, "-text")
                                .output(),
                        UTF_8))
                .contains("Hash Algorithm: sha256", "Policy OID: 1.2.3.4.2", "Certificate required: yes");

        Path reply = bench.folder.resolve("audit-000000000002.tsr");
        Files.write(reply, tsa.reply(bench.ofSameOctets(), "tsa"));
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).contains("nonce");
        assertThat(bench.stamps().resolve("audit-000000000002.tsr")).doesNotExist();

        Files.write(reply, tsa.reply(Files.readAllBytes(query), "tsa"));
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isZero();
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly(
                        "admin-000000000002.json",
                        "admin-000000000002.tsq",
                        "audit-000000000002.json",
                        "audit-000000000002.tsr");
        assertThat(bench.run("audit", "verify")).isZero();
        assertThat(bench.output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        // one by OpenSSL is as good, and its answer may be put into its place
        Path own = bench.stamps().resolve("admin-000000000002.tsq");
        byte[] _ = Command.of(
                        "openssl",
                        "ts",
                        "-query",
                        "-data",
                        bench.stamps().resolve("admin-000000000002.json"),
                        "-sha512",
                        "-cert",
                        "-out",
                        own)
                .output();
        Path put = Files.write(
                bench.stamps().resolve("admin-000000000002.tsr"), tsa.reply(Files.readAllBytes(own), "curve"));
        assertThat(bench.run("audit", "stamp", "--reply", put.toString())).isZero();
        assertThat(own).doesNotExist();
        assertThat(bench.run("audit", "verify", "--checkpoint", put.toString())).isZero();
        assertThat(bench.output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        assertThat(bench.run(
                        "audit",
                        "stamp",
                        "--reply",
                        bench.folder.resolve("none.tsr").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err()).contains("audit-000000000002.tsr is there already");
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
            assertThat(bench.run(words.toArray(String[]::new)))
                    .as(wrong.toString())
                    .isEqualTo(ExitCode.USAGE);
        }
        assertThat(bench.run("audit", "stamp", "--record", "3")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(bench.err())
                .startsWith("error: " + bench.folder.resolve("audit.jsonl")
                        + " has no checkpoint that covers this record yet");
        assertThat(bench.run("audit", "stamp", "--admin", "--record", "2")).isZero();
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly("admin-000000000002.json", "admin-000000000002.tsr");

        Path log = bench.folder.resolve("audit.jsonl");
        Files.writeString(log, Files.readString(log).replaceFirst("signature\":\"..", "signature\":\"AA"));
        Files.delete(bench.stamps().resolve("admin-000000000002.tsr"));
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).startsWith("error: audit.jsonl: the checkpoint up to record 2 does not fit\nhint: ");
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly("admin-000000000002.json", "admin-000000000002.tsr");

        Files.writeString(
                bench.folder.resolve("postseal.yaml"),
                Files.readString(bench.folder.resolve("postseal.yaml"))
                        .replaceFirst("audit: .*", "audit: { file: audit.jsonl }"));
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).startsWith("error: nobody is set to stamp: audit.timestamp is not there\nhint: ");
    }
}
