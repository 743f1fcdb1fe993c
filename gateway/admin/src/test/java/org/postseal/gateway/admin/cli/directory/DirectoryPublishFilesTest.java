package org.postseal.gateway.admin.cli.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.directory.MemoryDirectory.der;
import static org.postseal.gateway.admin.cli.directory.PublishBench.ALICE;
import static org.postseal.gateway.admin.cli.directory.PublishBench.BARE;
import static org.postseal.gateway.admin.cli.directory.PublishBench.EXPIRED;
import static org.postseal.gateway.admin.cli.directory.PublishBench.KEYED;

import com.unboundid.ldif.LDIFChangeRecord;
import com.unboundid.ldif.LDIFReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code directory publish} for several users, and into files that another person applies. */
@Tag("thorough")
final class DirectoryPublishFilesTest {
    @TempDir
    private Path folder;

    @AutoClose
    private MemoryDirectory directory;

    private CommandBench bench;

    @BeforeEach
    void start() throws Exception {
        directory = MemoryDirectory.start();
        bench = PublishBench.with(folder, directory);
    }

    @Test
    void anotherMakesTheChangeOfTheLdif() throws Exception {
        directory.person("Alice", ALICE, EXPIRED.certificate());
        Path ldif = folder.resolve("change.ldif");

        assertThat(bench.run("directory", "publish", ALICE, "--format", "ldif", "-o", ldif))
                .isZero();
        assertThat(bench.out()).containsExactly("wrote certificates of 1 recipient to " + ldif);
        assertThat(directory.values("Alice", "userCertificate;binary")).containsExactly(der(EXPIRED.certificate()));
        assertThat(bench.changes()).noneMatch(change -> change.startsWith("directory-"));

        try (LDIFReader reader = new LDIFReader(ldif.toFile())) {
            for (LDIFChangeRecord change = reader.readChangeRecord();
                    change != null;
                    change = reader.readChangeRecord()) {
                change.processChange(directory.server());
            }
        }
        assertThat(directory.values("Alice", "userCertificate;binary")).containsExactly(der(KEYED.certificate()));
        assertThat(bench.run("directory", "publish", ALICE)).isZero();
        assertThat(bench.out().getLast()).isEqualTo("nothing to do: the entry is as it should be");
    }

    @Test
    void theScriptHasTheCertificateAndAsksNoServer() throws Exception {
        directory.close();
        Path script = folder.resolve("recipients.ps1");

        assertThat(bench.run("directory", "publish", ALICE, "bob@example.com", "--format", "powershell", "-o", script))
                .isZero();
        String text = Files.readString(script, UTF_8);
        assertThat(text)
                .contains("# alice@example.com: " + brief(KEYED) + " until 2027-03-28")
                .contains("FromBase64String('" + Base64.getEncoder().encodeToString(der(KEYED.certificate())) + "')")
                .contains("FromBase64String('" + Base64.getEncoder().encodeToString(der(BARE.certificate())) + "')")
                .contains("Set-Mailbox -Identity 'alice@example.com' -UserCertificate $certificates"
                        + " -UserSMimeCertificate $bundles -ErrorAction Stop")
                .contains(
                        "Set-MailContact -Identity 'bob@example.com' -UserCertificate $certificates -ErrorAction Stop");
    }

    @Test
    void whatFailsForOneLeavesNoFile() throws Exception {
        Path script = folder.resolve("recipients.ps1");
        assertThat(bench.run(
                        "directory", "publish", ALICE, "nobody@example.com", "--format", "powershell", "-o", script))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly(
                        "error: nobody@example.com:"
                                + " there is no certificate of nobody@example.com to publish: no certificate",
                        "hint: postseal cert explain nobody@example.com",
                        "error: no file was written");
        assertThat(script).doesNotExist();
        Files.writeString(script, "mine");
        assertThat(bench.run("directory", "publish", ALICE, "--format", "powershell", "-o", script))
                .isEqualTo(ExitCode.USAGE);
        assertThat(script).hasContent("mine");
    }

    @Test
    void oneOfSeveralThatFailsKeepsNoOtherBack() throws Exception {
        directory.person("Bob", "bob@example.com");
        assertThat(bench.run("directory", "publish", ALICE, "bob@example.com")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly(
                        "error: alice@example.com: corp has no entry for the address: " + ALICE,
                        "hint: does an entry below directory.ldap.corp.base have this address?");
        assertThat(directory.values("Bob", "userCertificate;binary")).containsExactly(der(BARE.certificate()));
    }

    @Test
    void allAreThoseOfTheOwnStore() throws Exception {
        directory.person("Alice", ALICE);
        directory.person("Bob", "bob@example.com");
        assertThat(bench.run("directory", "publish", "--all")).isZero();
        assertThat(directory.values("Alice", "userCertificate;binary")).containsExactly(der(KEYED.certificate()));
        // Bob's certificate is imported, and so not our own
        assertThat(directory.values("Bob", "userCertificate;binary")).isEmpty();
    }

    @Test
    void nobodyToPublishIsSaid() throws Exception {
        CommandBench partners =
                ServerBench.with(Files.createDirectory(folder.resolve("partners")), directory.settings("corp"));
        partners.run("cert", "import", partners.pem("bob.pem", BARE.certificate()));
        assertThat(partners.run("directory", "publish", "--all")).isEqualTo(ExitCode.REFUSED);
        assertThat(partners.err())
                .containsExactly(
                        "error: nobody has a certificate in our own store to publish",
                        "hint: postseal cert list --source own");
    }

    @Test
    void optionsThatContradict() {
        for (List<String> words : List.<List<String>>of(
                List.of(),
                List.of(ALICE, "--all"),
                List.of(ALICE, "-o", "file"),
                List.of("--all", "--certificate", "1234"),
                List.of(ALICE, "--format", "ldif", "--dry-run"),
                List.of(ALICE, "--format", "xml"))) {
            List<String> all = new java.util.ArrayList<>(List.of("directory", "publish"));
            all.addAll(words);
            assertThat(bench.run(all.toArray())).as("%s", words).isEqualTo(ExitCode.USAGE);
        }
    }
}
