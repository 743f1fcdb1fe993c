package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.directory.MemoryDirectory;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code ca issue --group}: each member of a group of a directory server without a certificate gets one. */
final class CaIssueGroupTest {
    private static final String GROUP = "cn=smime," + MemoryDirectory.BASE;

    @TempDir
    private Path folder;

    @AutoClose
    private MemoryDirectory directory;

    private Administration admin;

    @BeforeEach
    void start() throws Exception {
        directory = MemoryDirectory.start();
        directory.person("Alice", "alice@ours.example");
        directory.person("Bob", "bob@ours.example");
        directory.person("Carol", "carol@ours.example");
        directory.person("Mallory", "mallory@theirs.example");
        directory
                .server()
                .add(new Entry(
                        GROUP,
                        new Attribute("objectClass", "groupOfNames"),
                        new Attribute("cn", "smime"),
                        new Attribute(
                                "member",
                                MemoryDirectory.dn("Alice"),
                                MemoryDirectory.dn("Bob"),
                                MemoryDirectory.dn("Mallory"))));
        admin = Administration.in(folder);
        configure("");
        admin.write("ldap.password", MemoryDirectory.PASSWORD + "\n");
        admin.write("pass", "staple battery horse\n");
        admin.run("key init");
        new CaCreation(
                        admin.file("ca"),
                        admin.file("root.key"),
                        new CaSettings("Ours", "DE", "http://pki.ours.example/"),
                        KeyAlgorithm.P256,
                        1000)
                .create("correct horse battery".toCharArray(), "staple battery horse".toCharArray(), Administration.NOW)
                .close();
        admin.run("trust import own", admin.file("ca").resolve("root.pem"));
    }

    @Test
    void membersWithoutACertificateGetOne() {
        assertThat(issue("ca issue alice@ours.example --key p256").exitCode()).isZero();

        Done done = issue("ca issue --key p256 --group " + GROUP);
        assertThat(done.err()).isEmpty();
        assertThat(done.out()).hasSize(2);
        assertThat(done.out().getFirst()).contains(" bob@ours.example (dual, p256)");
        assertThat(issue("ca issue --key p256 --group " + GROUP).out()).containsExactly("0 certificates issued");
    }

    @Test
    void whoseCertificateWasWithdrawnIsPassedOver() {
        issue("ca issue bob@ours.example --key p256");
        issue("ca revoke bob@ours.example --reason privilegeWithdrawn");
        assertThat(issue("ca issue --dry-run --group " + GROUP).out())
                .containsExactly(
                        "would issue for alice@ours.example (dual)", "1 certificate (dry run, nothing changed)");
    }

    @Test
    void whoseAccountIsDisabledIsPassedOver() throws Exception {
        directory
                .server()
                .modify(MemoryDirectory.dn("Bob"), new Modification(ModificationType.ADD, "userAccountControl", "514"));
        // Carol is a member by address only. A look-up as for mail would not tell that her account is disabled
        directory
                .server()
                .modify(
                        MemoryDirectory.dn("Carol"),
                        new Modification(ModificationType.ADD, "userAccountControl", "514"));
        directory
                .server()
                .modify(GROUP, new Modification(ModificationType.ADD, "rfc822MailMember", "carol@ours.example"));
        for (String disabled : List.of("", ", skipDisabledAccounts: true")) {
            configure(disabled);
            Done done = issue("ca issue --dry-run --group " + GROUP);
            assertThat(done.err()).containsExactly("warning: skipped 2 members of the group whose account is disabled");
            assertThat(done.out())
                    .containsExactly(
                            "would issue for alice@ours.example (dual)", "1 certificate (dry run, nothing changed)");
        }
        // A certificate for the address itself is issued nevertheless
        assertThat(issue("ca issue bob@ours.example --key p256").exitCode()).isZero();
    }

    @Test
    void whatIsNoGroupIsRefused() {
        assertThat(issue("ca issue --group " + MemoryDirectory.dn("Alice"))
                        .err()
                        .getFirst())
                .isEqualTo("error: corp has no group " + MemoryDirectory.dn("Alice"));
        assertThat(issue("ca issue --group nonsense").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(issue("ca issue --missing --group " + GROUP).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(issue("ca issue bob@ours.example --server corp").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(issue("ca issue --server elsewhere --group " + GROUP).exitCode())
                .isEqualTo(ExitCode.USAGE);
        directory.close();
        assertThat(issue("ca issue --group " + GROUP).exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    private void configure(String more) throws IOException {
        admin.configure("directory:\n  database: postseal.db\n  masterKey: master.key\n  ldap:\n"
                + directory.settings("corp", more) + "trust: { collections: [own] }");
    }

    private Done issue(String command) {
        return admin.run(command, "--passphrase-file", admin.file("pass"));
    }
}
