package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests what {@code postseal check} says about a configuration and all that it names. */
final class CheckCommandTest {
    private static final String OBSERVED =
            "every message is relayed as it came: nothing is signed, encrypted, opened or refused by the policy";

    private final ConfiguredCommands commands;

    CheckCommandTest(@TempDir Path folder) throws IOException {
        commands = new ConfiguredCommands(folder);
    }

    @Test
    void checkSaysOk() {
        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.err()).isEmpty();
        assertThat(commands.out())
                .startsWith("ok: " + commands.config() + ", policy " + commands.folder.resolve("policy.yaml"));
        assertThat(commands.out().lines().filter(CheckCommandTest::isProvider).flatMap(CheckCommandTest::operations))
                .contains("SHA-256", "SHA256withRSA", "ML-DSA", "AES/GCM/NoPadding", "ML-KEM")
                .doesNotHaveDuplicates();
    }

    /** The gateway would start with these certificates, but peers or verifiers would refuse them. */
    @Test
    void checkNamesCertificatesThatExpire() throws IOException {
        Instant now = Instant.now();
        Instant soon = now.plus(Duration.ofDays(20)).truncatedTo(ChronoUnit.SECONDS);
        Instant past = now.minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        CertificateAuthority authority =
                CertificateAuthority.create("Test", Instant.EPOCH, now.plus(Duration.ofDays(3650)));
        IssuedCertificate alice = authority.issue(
                MailAddress.of("alice@ours.example"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, soon);
        authority.writeStore(commands.folder.resolve("store"), List.of(alice), List.of());
        IssuedCertificate gateway = authority.issue(
                MailAddress.of("gw@ours.example"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, past);
        Path file = Files.writeString(commands.folder.resolve("gw.pem"), gateway.certificatePem());
        Files.writeString(commands.folder.resolve("gw.key"), gateway.privateKeyPem());
        Files.writeString(commands.folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:0", tls: { certificate: gw.pem, key: gw.key } }
                nextHop: "127.0.0.1:10026"
                """);

        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.err().lines())
                .containsExactly(
                        "warning: " + file + ", shown by a listener in TLS, expired on " + past,
                        "warning: the certificate of a private key expires on " + soon + ", SHA-256 "
                                + alice.certificate().id().hex());
        assertThat(commands.out()).startsWith("ok: ");
    }

    @Test
    void checkSaysWhetherRsaIsDoneInBatches() throws IOException {
        java.nio.file.Path mark = commands.folder.resolve("journal.db-batches");
        Files.write(mark, new byte[] {1, 0, 0, 0});

        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.out().lines().toList().getLast())
                .isIn(
                        "RSA in batches: off, a process ended while a batch ran; remove " + mark + " to try again",
                        "RSA in batches: off, the processor has no AVX-512 IFMA");

        rollOut("crypto: { batch: off }\n");
        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.out().lines().toList().getLast()).isEqualTo("RSA in batches: off, crypto.batch is off");
    }

    @Test
    void checkSaysWhatIsDecidedInShadowAndThatNothingIsEnforced() throws IOException {
        rollOut("policy: { shadow: next.yaml, reload: onSignal }\nmode: observe\n"
                + "upstreams: { one: { networks: 192.0.2.1 }, other: { networks: 192.0.2.2 } }\n");
        Files.copy(commands.folder.resolve("policy.yaml"), commands.folder.resolve("next.yaml"));

        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.err()).isEqualTo(commands.config() + ":6: mode: warning: " + OBSERVED + "\n");
        String sha256 = sha256("next.yaml");
        assertThat(commands.out().lines().filter(line -> !isOfTheMachine(line)))
                .containsExactly(
                        "ok: " + commands.config() + ", policy " + commands.folder.resolve("policy.yaml") + " (SHA-256 "
                                + sha256 + "), store " + commands.folder.resolve("store"),
                        "journal: " + commands.folder.resolve("journal.db") + ", there is none yet",
                        "upstreams: one, other; what one that is new or changed has in flight may be sent twice",
                        "shadow: " + commands.folder.resolve("next.yaml")
                                + ", decided and recorded, never enforced (SHA-256 " + sha256 + ")",
                        "reload: at SIGHUP only",
                        "mode: observe, THE POLICY IS NOT ENFORCED");
    }

    @Test
    void aBrokenShadowPolicyIsAWarning() throws IOException {
        rollOut("policy: { shadow: next.yaml }\n");
        Path next = Files.writeString(commands.folder.resolve("next.yaml"), """
                version: 1
                internal: [ours.example]
                quarantin: a@ours.example
                rules:
                  - { id: rest, when: always, then: mailboxPolcy }
                """);

        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.err().lines())
                .containsExactly(
                        next + ":3: quarantin: warning: unknown key (nearest: quarantine)",
                        next + ":5: rules[0].then: warning: unknown value 'mailboxPolcy' (nearest: mailboxPolicy)",
                        commands.config() + ":5: policy.shadow: warning: " + next
                                + " cannot be used: nothing is decided in shadow");
        assertThat(commands.out().lines().skip(1).filter(line -> !isOfTheMachine(line)))
                .containsExactly(
                        "journal: " + commands.folder.resolve("journal.db") + ", there is none yet",
                        "shadow: " + next + ", cannot be used, nothing is decided in shadow");
    }

    @Test
    void aShadowPolicyThatIsNotThereIsAWarning() throws IOException {
        rollOut("policy: { shadow: next.yaml }\n");
        Path next = commands.folder.resolve("next.yaml");

        assertThat(commands.run("", "check", "-c", commands.config())).isZero();
        assertThat(commands.err().lines())
                .containsExactly(
                        next + ": warning: no such file",
                        commands.config() + ":5: policy.shadow: warning: " + next
                                + " cannot be used: nothing is decided in shadow");
    }

    @Test
    void checkSaysThatTheTextOfThePolicyCannotBeKept() throws IOException {
        Path evidence = Files.writeString(commands.folder.resolve("audit-evidence"), "where the folder should be");
        assertThat(commands.run("", "check", "-c", commands.config())).isEqualTo(ExitCode.CONFIG);
        assertThat(commands.err().lines())
                .containsExactly(
                        "error: audit.file: the text of the policy cannot be kept beside the log: " + evidence
                                + " is no folder",
                        "hint: the user that the gateway runs as must own it");
    }

    @Test
    void checkTellsTheProblemsOfConfigurationPolicyAndStoreTogether() throws IOException {
        Files.writeString(commands.folder.resolve("postseal.yaml"), """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0", rle: both }
                nextHop: "127.0.0.1:10026"
                policy: policy.yaml
                store: { directory: store }
                """);
        Files.writeString(commands.folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules:
                  - { id: rest, wen: always, when: always, then: mailboxPolicy }
                """);
        Files.writeString(commands.folder.resolve("store/broken.pem"), "nothing");

        assertThat(commands.run("", "check", "-c", commands.config())).isEqualTo(ExitCode.CONFIG);
        List<String> lines = commands.err().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo(commands.config() + ":2: listeners[0].rle: unknown key (nearest: role)");
        assertThat(lines.get(1))
                .isEqualTo(commands.folder.resolve("policy.yaml") + ":4: rules[0].wen: unknown key (nearest: when)");
        assertThat(lines.get(2))
                .startsWith(commands.config() + ":5: store.directory: " + commands.folder.resolve("store/broken.pem")
                        + ": ");
        assertThat(lines.get(3)).isEqualTo("error: 3 problems in the configuration, see above");
        assertThat(commands.out()).isEmpty();
    }

    @Test
    void checkTellsOfAGroupWhoseServerIsNotConfigured() throws IOException {
        Files.writeString(commands.folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                groups: { far: { ldap: far@ours.example, server: corp } }
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(commands.run("", "check", "-c", commands.config())).isEqualTo(ExitCode.CONFIG);
        assertThat(commands.err().lines().toList())
                .containsExactly(
                        commands.folder.resolve("policy.yaml") + ":3: groups.far: warning: is not used anywhere",
                        commands.folder.resolve("policy.yaml")
                                + ":3: groups.far.server: directory.ldap of the configuration has no corp",
                        "error: 1 problem in the configuration, see above");
    }

    /** The gateway removes fields with its own id, so nothing could prove From. */
    @Test
    void checkRefusesTrustInTheGatewaysOwnResults() throws IOException {
        rollOut("authservId: seal.ours.example\n");
        Files.writeString(commands.folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                trustedAuthservIds: [mx.ours.example, Seal.ours.example]
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(commands.run("", "check", "-c", commands.config())).isEqualTo(ExitCode.CONFIG);
        assertThat(commands.err().lines().toList())
                .containsExactly(
                        commands.folder.resolve("policy.yaml")
                                + ":3: trustedAuthservIds: seal.ours.example is the gateway's own authservId:"
                                + " fields with it are removed as forged",
                        "error: 1 problem in the configuration, see above");
    }

    /** At a listener for both directions they count where XFORWARD says that mail is from outside. */
    @Test
    void checkSaysWhereDmarcIsNotHeard() throws IOException {
        String both = Files.readString(commands.folder.resolve("postseal.yaml"))
                .replace("\"127.0.0.1:0\" }", "\"127.0.0.1:0\", role: both }");
        Files.writeString(commands.folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                trustedAuthservIds: mx.ours.example
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(heard(both)).isEmpty();
        assertThat(heard(both + "trustedPeers: []\n"))
                .containsExactly("never count: trustedPeers is empty, and nobody else may hand them over");
        assertThat(heard(both.replace("role: both", "role: submission")))
                .containsExactly("never count: no listener takes mail from outside, and they are heard in no other");
        assertThat(heard(both.replace("role: both", "role: inbound"))).isEmpty();
    }

    private List<String> heard(String config) throws IOException {
        Files.writeString(commands.folder.resolve("postseal.yaml"), config);
        assertThat(commands.run("", "check", "-c", commands.config()))
                .as(commands.err())
                .isZero();
        String before = commands.folder.resolve("policy.yaml") + ":3: trustedAuthservIds: warning: ";
        return commands.err()
                .lines()
                .filter(line -> line.startsWith(before))
                .map(line -> line.substring(before.length()))
                .toList();
    }

    private void rollOut(String lines) throws IOException {
        Files.writeString(
                commands.folder.resolve("postseal.yaml"),
                Files.readString(commands.folder.resolve("postseal.yaml")) + lines);
    }

    private String sha256(String file) throws IOException {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(commands.folder.resolve(file))));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isProvider(String line) {
        return line.startsWith("provider ");
    }

    private static boolean isOfTheMachine(String line) {
        return isProvider(line) || line.startsWith("RSA in batches: ");
    }

    private static Stream<String> operations(String line) {
        return Stream.of(line.substring(line.indexOf(": ") + 2).split(", "));
    }
}
