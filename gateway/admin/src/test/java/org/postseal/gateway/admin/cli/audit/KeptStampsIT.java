package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.testkit.Requirements;

/**
 * Tests stamps by OpenSSL that were kept beside the log, elsewhere, or in a bundle: what they prove, and what is said
 * if they cannot be read.
 */
final class KeptStampsIT {
    @TempDir
    private static Path shared;

    @AutoClose
    private static OpensslTsa tsa;

    private final StampBench bench;

    KeptStampsIT(@TempDir Path folder) throws IOException {
        bench = new StampBench(folder, tsa);
    }

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
    }

    @Test
    void whoCannotLookForAStampIsToldSoAndExportsNothing() throws Exception {
        // Root may read every file, so a file takes the place of the folder: nobody finds anything in it
        Files.writeString(bench.stamps(), "");
        Path evidence = bench.folder.resolve("evidence");
        assertThat(bench.run("audit", "export", "--queue-id", "Q1", "--out", evidence.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err())
                .isEqualTo("error: " + bench.stamps() + " is no folder\nhint: the stamps stand in " + bench.stamps()
                        + ", for the gateway's user and its group\n");
        assertThat(evidence).doesNotExist();
    }

    /**
     * The log's folder belongs to the service. Somebody who has taken the service over must not make root write
     * elsewhere, nor hand out what only root may read.
     */
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
        // Nobody was asked: a stamp costs money
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

        // A file that is written replaces the link and does not follow it
        Path query = bench.stamps().resolve("audit-000000000002.tsq");
        Files.move(link, query);
        assertThat(bench.run("audit", "stamp", "--query")).as(bench.err()).isZero();
        assertThat(Files.isSymbolicLink(query)).isFalse();
        assertThat(secret).hasContent("secret");
    }

    /** Nobody ever writes into the pipe. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInThePlaceOfTheFolderOrOfAFileHoldsNobodyUp() throws Exception {
        pipe(bench.stamps());
        Path evidence = bench.folder.resolve("evidence");
        List<String> commands = List.of("audit stamp", "audit export --queue-id Q1 --out " + evidence);
        for (String words : commands) {
            assertThat(bench.run(words.split(" "))).as(words).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(bench.err()).as(words).startsWith("error: " + bench.stamps() + " is no folder\n");
        }
        Files.delete(bench.stamps());
        Files.createDirectory(bench.stamps());
        Files.writeString(bench.stamps().resolve("audit-000000000002.tsr"), "");
        Path checkpoint = bench.stamps().resolve("audit-000000000002.json");
        pipe(checkpoint);
        for (String words : commands) {
            assertThat(bench.run(words.split(" "))).as(words).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(bench.err()).as(words).startsWith("error: " + checkpoint + " is no file\n");
        }
        assertThat(tsa.asked).isEmpty();
        assertThat(evidence).doesNotExist();
    }

    private static void pipe(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
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
        // A checkpoint that the user names must exist
        Path elsewhere = Files.move(bench.stamps(), bench.folder.resolve("elsewhere"));
        for (Path given : List.of(elsewhere, elsewhere.resolve("audit-000000000002.tsr"))) {
            assertThat(bench.run("audit", "verify", "--checkpoint", given.toString()))
                    .isEqualTo(ExitCode.INPUT_OUTPUT);
        }
        // The whole folder may be unreadable too
        Files.writeString(bench.stamps(), "");
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).isEqualTo("error: audit-stamps: cannot be read: " + bench.stamps() + " is no folder\n");
    }

    @Test
    void aStampFromBeforeItsOwnCheckpointSaysThatAClockIsWrong() throws Exception {
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(bench.folder.resolve("audit.jsonl")), () -> ahead)) {
            log.append(List.of(new AuditEvent.NoticeSent(ahead, "Q2", "ann@ours.example", "250 2.0.0 ok")));
        }
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        String wrong = "-[0-9]{12}\\.tsr: stamped " + StampBench.TIME + " by O=Example,CN=tsa, before " + ahead
                + " when its checkpoint says that it was signed:"
                + " the gateway's clock was ahead, or the authority's behind";
        assertThat(bench.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("error: admin" + wrong),
                        line -> assertThat(line).matches("error: audit" + wrong));
        assertThat(bench.output())
                .filteredOn(line -> line.matches("stamped     to record [0-9]+ at " + StampBench.TIME + " by .*"))
                .hasSize(2);
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
        assertThat(bench.evidence(bench.folder.resolve("evidenceQ1")))
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
        String rolledBack = "error: rolled back: the checkpoint of 2026-11-26T12:00:00Z, stamped " + StampBench.TIME
                + " by O=Example,CN=tsa \\(audit-000000000004.tsr\\), covers records up to 4, the log ends with 3\n";
        assertThat(bench.run("audit", "verify", "--checkpoint", stamp.toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).matches(rolledBack);
        // The files alone lead to the same result, without the configuration
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
        assertThat(bench.err()).startsWith("error: no trust anchors of an authority that stamps are given\nhint: ");
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

        // The log has other content up to the same record; its stamp must not replace the earlier one
        Files.move(elsewhere, bench.stamps());
        bench.append("Q3", "Q4");
        assertThat(bench.run("audit", "stamp", "--record", "4")).isZero();
        Files.write(bench.folder.resolve("audit.jsonl"), early);
        bench.append("Q5");
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .startsWith(
                        "error: " + bench.stamps().resolve("audit-000000000004.tsr") + " stamps another checkpoint");
    }
}
