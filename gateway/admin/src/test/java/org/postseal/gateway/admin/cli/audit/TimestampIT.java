package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Requirements;

/**
 * Tests time stamps by OpenSSL: each is kept and verified for the right log and checkpoint, and the files have the
 * right owner.
 */
final class TimestampIT {
    private static final String NO_LIST = "            whether its certificate was revoked is not known:"
            + " no list at hand that was current and speaks of each certificate";

    @TempDir
    private static Path shared;

    @AutoClose
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

    @Test
    void bothLogsAreStampedAndOpensslVerifiesWhatIsKept() throws Exception {
        assertThat(bench.run("audit", "stamp")).isZero();
        assertThat(bench.output())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("stamped     audit.jsonl to record 2 at " + StampBench.TIME
                                        + " by O=Example,CN=tsa"),
                        line -> assertThat(line)
                                .isEqualTo("            " + bench.stamps().resolve("audit-000000000002.tsr")),
                        line -> assertThat(line)
                                .isEqualTo(NO_LIST + "; not all of its revocation lists are here: no list"),
                        line -> assertThat(line)
                                .matches("stamped     admin.jsonl to record 2 at " + StampBench.TIME
                                        + " by O=Example,CN=tsa"),
                        line -> assertThat(line)
                                .isEqualTo("            " + bench.stamps().resolve("admin-000000000002.tsr")),
                        line -> assertThat(line)
                                .isEqualTo(NO_LIST + "; not all of its revocation lists are here: no list"));
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
                .filteredOn(
                        line -> line.matches("stamped     to record 2 at " + StampBench.TIME + " by O=Example,CN=tsa"))
                .hasSize(2);

        // A second stamp is not asked for: it would be later, and so prove less
        assertThat(bench.run("audit", "stamp")).isZero();
        assertThat(bench.output()).contains("stamped     audit.jsonl to record 2 already");
        assertThat(tsa.asked).hasSize(2);

        assertThat(bench.page("Check a stamp with OpenSSL"))
                .contains("Verification: OK", "Signature Verified Successfully");
        Path stamped = bench.stamps().resolve("audit-000000000002.json");
        Files.writeString(stamped, Files.readString(stamped).replace("12:00:00", "11:00:00"));
        assertThat(bench.page("Check a stamp with OpenSSL"))
                .doesNotContain("Verification: OK")
                .doesNotContain("Signature Verified");
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
    void aCheckpointOfTheKeyBeforeIsStampedWithThatKey() throws Exception {
        Path key = bench.folder.resolve("audit-key.pem");
        Path before = Files.move(bench.folder.resolve("audit-key.pem.pub"), bench.folder.resolve("before.pub"));
        Files.delete(key);
        bench.append("Q2");
        assertThat(bench.run("audit", "stamp", "--record", "2")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).matches("""
            error: audit.jsonl: the checkpoint up to record 2 was signed by another key, [0-9a-f]{64}
            hint: --key FILE names an earlier public key
            """);
        assertThat(bench.stamps()).doesNotExist();
        assertThat(bench.run("audit", "stamp", "--record", "2", "--key", before.toString()))
                .as(bench.err())
                .isZero();
        assertThat(StampBench.names(bench.stamps())).contains("audit-000000000002.tsr");
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
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
        assertThat(bench.err())
                .startsWith("error: no authority for time stamps is configured: audit.timestamp is missing\nhint: ");
    }
}
