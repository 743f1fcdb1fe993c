package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.SstWriter;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.directory.MemoryDirectory;
import org.postseal.gateway.testkit.HowtoPage;

/**
 * Runs every command of {@code docs/exchange-checklist.md}, in its order, for one organization and a directory server.
 */
@Tag("thorough")
final class ExchangeChecklistTest {
    private static final Set<String> FOLDERS = Set.of("--out", "-o", "--password-out");

    @TempDir
    private Path folder;

    @Test
    void everyCommandRuns() throws Exception {
        try (MemoryDirectory directory = MemoryDirectory.start()) {
            Administration admin = organization(directory);
            List<String> failed = new ArrayList<>();
            List<String> commands = commands();
            for (String command : commands) {
                Done done = admin.run(String.join(" ", words(command)));
                if (done.exitCode() != 0) {
                    failed.add(command + " -> " + done);
                }
            }
            assertThat(failed).isEmpty();
            assertThat(commands).hasSizeGreaterThan(25).doesNotHaveDuplicates();
            // One command of the page has written what another one has read
            assertThat(directory.values("alice", "userCertificate;binary")).hasSize(1);
            assertThat(Stream.of(
                            "collection.sst",
                            "alice.ldif",
                            "recipients.ps1",
                            "alice.p12",
                            "alice.mobileconfig",
                            "alice/index.html",
                            "exchange-online/rules.ps1",
                            "exchange-server/connectors.ps1"))
                    .allMatch(name -> Files.isRegularFile(folder.resolve(name)));
        }
    }

    private Administration organization(MemoryDirectory directory) throws Exception {
        Administration admin = Administration.in(folder);
        admin.configure("""
                hostName: gw.example.com
                directory:
                  database: postseal.db
                  masterKey: master.key
                  ldap:
                """
                + directory
                        .settings("corp", ", sync: {}")
                        .replace("bindDn: \"" + MemoryDirectory.ACCOUNT, "bindDn: \"" + MemoryDirectory.PUBLISHER)
                + "trust: { collections: [partners, own] }");
        admin.write("policy.yaml", """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """);
        admin.write("ldap.password", MemoryDirectory.PASSWORD + "\n");
        admin.write("issuing.pass", "staple battery horse\n");
        directory.person("alice", "alice@example.com");
        directory.person("it", "it@example.com");
        MailCertificate bob = issue("bob@example.com", 100).certificate();
        directory.person("bob", "bob@example.com", bob);
        admin.write("bob.pem", bob.toPem());
        Files.write(admin.file("roots.sst"), SstWriter.write(List.of(AUTHORITY.root(), AUTHORITY.issuer())));
        ok(admin.run("key init"));
        ok(admin.run(
                "ca init --key p256 --organization Example --country DE"
                        + " --url http://pki.example.com/ --root-passphrase-file",
                admin.file("issuing.pass"),
                "--passphrase-file",
                admin.file("issuing.pass")));
        ok(admin.run("trust import own", admin.file("ca/root.pem"), admin.file("ca/issuing.pem")));
        ok(admin.run("ca issue it@example.com --key rsa2048 --passphrase-file", admin.file("issuing.pass")));
        exported(admin);
        return admin;
    }

    /** Writes what PowerShell exports from a tenant, and a message that Exchange has protected. */
    private static void exported(Administration admin) throws IOException {
        admin.write("policies.json", """
            [{ "Name": "Default", "IsDefault": true,
               "RequireSignedSMIMEMessages": true, "RequireSignedSMIMEAlgorithm": "SHA1" }]
            """);
        admin.write("smime.json", """
            { "OWAClearSign": true, "OWAEncryptionAlgorithms": "6610" }
            """);
        admin.write("protected.eml", """
            From: alice@example.com
            To: bob@partner.example
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg

            x
            --b--
            """);
    }

    /**
     * Returns the words of a command. A file name becomes a path in the folder, and a file replaces what a person would
     * type.
     */
    private List<String> words(String command) {
        List<String> words = new ArrayList<>();
        String before = "";
        for (String word : command.substring("postseal ".length()).split(" ", -1)) {
            boolean isFile = FOLDERS.contains(before) || word.matches("[a-z-]+\\.(?:sst|pem|json|yaml|eml)");
            words.add(isFile ? folder.resolve(word).toString() : word);
            before = word;
        }
        if (words.subList(0, 2).equals(List.of("ca", "issue"))) {
            words.addAll(
                    List.of("--passphrase-file", folder.resolve("issuing.pass").toString()));
        }
        return words;
    }

    private static List<String> commands() throws IOException {
        return HowtoPage.blocks(Files.readString(Path.of("../../docs/exchange-checklist.md")), "sh").stream()
                .flatMap(block -> Arrays.stream(block.split("\n", -1)))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static void ok(Done done) {
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isZero();
    }
}
