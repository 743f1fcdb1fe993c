package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.CommandBench.issue;
import static org.postseal.gateway.admin.cli.directory.MemoryDirectory.der;
import static org.postseal.gateway.admin.cli.directory.MemoryDirectory.ders;
import static org.postseal.gateway.admin.cli.directory.PublishBench.ALICE;
import static org.postseal.gateway.admin.cli.directory.PublishBench.BARE;
import static org.postseal.gateway.admin.cli.directory.PublishBench.EXPIRED;
import static org.postseal.gateway.admin.cli.directory.PublishBench.KEYED;
import static org.postseal.gateway.admin.cli.directory.ServerBench.steady;

import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.UserSmimeCertificate;
import org.postseal.certstore.format.UserSmimeReader;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code postseal directory publish}, with its exact output. */
@Tag("thorough")
final class DirectoryPublishCommandTest {
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
    void theChosenCertificateTakesThePlaceOfTheExpiredOne() throws Exception {
        directory.person("Alice", ALICE, EXPIRED.certificate());

        assertThat(bench.run("directory", "publish", ALICE, "--dry-run")).isZero();
        List<String> plan = steady(bench.out());
        assertThat(plan.subList(0, 4))
                .containsExactly(
                        "entry cn=Alice,dc=example,dc=com of corp",
                        "WHAT ATTRIBUTE VALUE",
                        "remove userCertificate;binary " + words(EXPIRED) + ", expired",
                        "add userCertificate;binary " + words(KEYED));
        assertThat(plan.get(4)).matches("add userSMIMECertificate [0-9a-f]{16}, \\d+ octets");
        assertThat(plan.subList(5, 7))
                .containsExactly(
                        "userSMIMECertificate is signed with the key of " + brief(KEYED),
                        "2 added, 1 removed, 0 kept (dry run, nothing changed)");
        assertThat(plan).hasSize(7);
        assertThat(certificates()).containsExactly(der(EXPIRED.certificate()));
        assertThat(bench.changes()).noneMatch(change -> change.startsWith("directory-"));

        assertThat(bench.run("directory", "publish", ALICE, "--note", "ticket 4711"))
                .isZero();
        assertThat(bench.out().getLast()).isEqualTo("2 added, 1 removed, 0 kept");
        assertThat(certificates()).containsExactly(der(KEYED.certificate()));
        UserSmimeCertificate.Value bundle = (UserSmimeCertificate.Value) UserSmimeReader.read(
                directory.values("Alice", "userSMIMECertificate").getFirst());
        assertThat(bundle.signature()).isEqualTo(UserSmimeCertificate.Signature.VERIFIED);
        assertThat(bundle.flagged()).contains(KEYED.certificate());
        assertThat(bench.lastChange().action() + " " + bench.lastChange().object())
                .isEqualTo("directory-publish address:" + ALICE);
        assertThat(bench.lastChange().act().note()).isEqualTo("ticket 4711");
        assertThat(bench.lastChange().details().subList(0, 4))
                .containsExactly(
                        "server corp",
                        "entry cn=Alice,dc=example,dc=com",
                        "remove userCertificate;binary " + words(EXPIRED) + ", expired",
                        "add userCertificate;binary " + words(KEYED));

        // The published bundle counts as the same as a fresh one, although a fresh one has another time in it
        assertThat(bench.run("directory", "publish", ALICE)).isZero();
        assertThat(bench.out().getLast()).isEqualTo("nothing to do: the entry is as it should be");
    }

    @Test
    void withoutAKeyTheBundleStaysUnlessItIsToBeCleared() throws Exception {
        directory.person("Bob", "bob@example.com");
        byte[] stale = {1, 2, 3};
        directory
                .server()
                .modify(
                        MemoryDirectory.dn("Bob"),
                        new Modification(ModificationType.ADD, "userSMIMECertificate", stale));

        assertThat(bench.run("directory", "publish", "bob@example.com")).isZero();
        assertThat(steady(bench.out()))
                .containsExactly(
                        "entry cn=Bob,dc=example,dc=com of corp",
                        "WHAT ATTRIBUTE VALUE",
                        "add userCertificate;binary " + words(BARE),
                        "userSMIMECertificate stays as it is:"
                                + " the gateway has no key of the user's to sign it with (no certificate)",
                        "1 added, 0 removed, 0 kept");
        assertThat(directory.values("Bob", "userSMIMECertificate")).containsExactly(stale);

        assertThat(bench.run("directory", "publish", "bob@example.com", "--clear-smime", "--json"))
                .isZero();
        assertThat(String.join("\n", bench.out())).isEqualTo("""
            {
              "address": "bob@example.com",
              "server": "corp",
              "entry": "cn=Bob,dc=example,dc=com",
              "done": true,
              "changes": true,
              "steps": [
                {
                  "what": "keep",
                  "attribute": "userCertificate;binary",
                  "text": "%s"
                },
                {
                  "what": "remove",
                  "attribute": "userSMIMECertificate",
                  "text": "039058c6f2c0cb49, 3 octets, to be cleared"
                }
              ],
              "userSMIMECertificate": "is emptied as you wish"
            }\
            """.formatted(words(BARE)));
        assertThat(directory.values("Bob", "userSMIMECertificate")).isEmpty();
    }

    @Test
    void certificatesMayBeNamed() throws Exception {
        directory.person("Alice", ALICE);
        IssuedCertificate second = issue(ALICE, 200);
        bench.run("cert", "import", bench.pem("two.pem", second.certificate(), EXPIRED.certificate()));

        assertThat(bench.run(
                        "directory", "publish", ALICE, "--certificate", brief(second), "--certificate", brief(KEYED)))
                .isZero();
        assertThat(certificates()).containsExactlyInAnyOrder(ders(second.certificate(), KEYED.certificate()));

        assertThat(bench.run("directory", "publish", ALICE, "--certificate", brief(EXPIRED)))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).containsExactly("error: " + brief(EXPIRED) + " expired on 2026-05-22");
        assertThat(bench.run("directory", "publish", ALICE, "--certificate", brief(BARE)))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly(
                        "error: corp refuses the operation: certificate " + BARE.certificate()
                                + " carries no address of cn=Alice,dc=example,dc=com",
                        "hint: a certificate is published only in an entry that has one of its addresses;"
                                + " see proxyAddresses of the entry");
    }

    @Test
    void whatStandsAgainstItIsTold() {
        assertThat(bench.run("directory", "publish", "nobody@example.com")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly(
                        "error: our own store has no certificate of nobody@example.com to publish: no certificate",
                        "hint: postseal cert explain nobody@example.com");

        assertThat(bench.run("directory", "publish", ALICE)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly(
                        "error: corp has no entry for the address: " + ALICE,
                        "hint: does an entry below directory.ldap.corp.base have this address?");

        Path wrong = bench.write("wrong.password", "wrong\n");
        assertThat(bench.run(
                        "directory", "publish", ALICE, "--bind-dn", MemoryDirectory.ACCOUNT, "--password-file", wrong))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(steady(bench.err(), directory.port()))
                .containsExactly(
                        "error: corp refuses our credentials: ldap://127.0.0.1:PORT (49 invalid credentials)",
                        "hint: the account needs the right to write the two attributes;"
                                + " --bind-dn and --password-file name another one");

        int port = directory.port();
        directory.close();
        assertThat(bench.run("directory", "publish", ALICE)).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(steady(bench.err(), port))
                .containsExactly(
                        "error: corp cannot be reached: ldap://127.0.0.1:PORT (91 connect error)",
                        "hint: is the server running, are host and port of directory.ldap.corp.urls right,"
                                + " does a firewall let them through?");
        assertThat(bench.changes()).noneMatch(change -> change.startsWith("directory-"));
    }

    @Test
    void aServerThatRefusesTheWriteLeavesARecordOfBoth() throws Exception {
        directory.person("Alice", ALICE);
        directory.refuseChanges();

        assertThat(bench.run("directory", "publish", ALICE)).isEqualTo(ExitCode.REFUSED);
        assertThat(steady(bench.err(), directory.port()))
                .containsExactly(
                        "error: corp refuses the operation: ldap://127.0.0.1:PORT (50 insufficient access rights)",
                        "hint: the account needs the right to write the two attributes;"
                                + " --bind-dn and --password-file name another one");
        assertThat(bench.changes())
                .endsWith("directory-publish address:" + ALICE, "directory-publish-failed address:" + ALICE);
        assertThat(certificates()).isEmpty();
    }

    @Test
    void oneOddEntryKeepsNoOtherBack() throws Exception {
        directory.person("Alice", ALICE);
        directory.person("Bob", "bob@example.com");
        directory.takesNoAttributes("Alice");

        assertThat(bench.run("directory", "publish", ALICE, "bob@example.com")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(steady(bench.err(), directory.port()).getFirst())
                .isEqualTo("error: " + ALICE + ": corp failed: ldap://127.0.0.1:PORT (65 object class violation)");
        assertThat(certificates()).isEmpty();
        assertThat(directory.values("Bob", "userCertificate;binary")).containsExactly(der(BARE.certificate()));

        // A failure that every address would meet ends the command
        Path wrong = bench.write("wrong.password", "wrong\n");
        assertThat(bench.run(
                        "directory",
                        "publish",
                        ALICE,
                        "bob@example.com",
                        "--bind-dn",
                        MemoryDirectory.ACCOUNT,
                        "--password-file",
                        wrong))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).filteredOn(each -> each.startsWith("error: ")).hasSize(1);
    }

    private List<byte[]> certificates() throws Exception {
        return directory.values("Alice", "userCertificate;binary");
    }

    private static String words(IssuedCertificate issued) {
        MailCertificate certificate = issued.certificate();
        return brief(issued) + ", valid from " + certificate.notBefore() + " to " + certificate.notAfter();
    }
}
