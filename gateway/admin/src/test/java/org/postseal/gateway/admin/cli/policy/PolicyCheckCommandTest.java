package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests what {@code policy check} says about demands to encrypt. */
class PolicyCheckCommandTest {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            quarantine: hold@example.com
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
              board: { appliesTo: chair@example.com, RequireEncryptedSMIMEMessages: true }
              lab:
                appliesTo: lab@example.com
                RequireEncryptedSMIMEMessages: true
                mayWeaken: [RequireEncryptedSMIMEMessages]
            rules:
              - { id: dlp, when: { subject: secret }, then: redirect }
              - { id: newsletter, when: { direction: outbound, sender: news@example.com }, then: { encrypt: never } }
              - { id: inside, when: { direction: internal }, then: { encrypt: never } }
              - { id: elsewhere, when: { recipientDomain: other.example }, then: { encrypt: ifPossible } }
              - { id: absent, when: { kind: autoReply, recipientDomain: bank.example }, then: { encrypt: never } }
              - id: bank
                when: { direction: outbound, recipientDomain: bank.example }
                unless: { kind: nullSender }
                then: { encrypt: required, onMissingCertificate: sendSigned, onWeakProtection: deliver }
              - { id: people, when: { kind: ordinary, recipientDomain: a.example },
                  then: { encrypt: required, onWeakProtection: deliver } }
              - { id: late, when: { kind: nullSender, direction: outbound }, then: { encrypt: never } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    @TempDir
    private Path folder;

    @Test
    void warnsOfAProfileWhoseTimeIsOver() {
        new PolicyBench(folder).write("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { profile: cnsa-1 } }
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        String policy = folder.resolve("policy.yaml").toString();
        CapturedConsole console = new CapturedConsole();
        assertThat(console.runAt(Instant.parse("2026-12-31T23:59:59Z"), "policy", "check", "--strict", policy))
                .isZero();
        assertThat(console.err()).isEmpty();
        Instant after = Instant.parse("2027-01-01T00:00:00Z");
        assertThat(console.runAt(after, "policy", "check", policy)).isZero();
        assertThat(console.err())
                .isEqualTo(policy + ":3: mailboxPolicies.default.profile: warning: new national security systems need"
                        + " CNSA 2.0: profile cnsa-2\n");
        assertThat(console.runAt(after, "policy", "check", "--strict", policy)).isEqualTo(ExitCode.CONFIG);
    }

    @Test
    void saysWhatEachDemandLetsThrough() {
        PolicyBench bench = new PolicyBench(folder).write("policy.yaml", POLICY);
        assertThat(bench.run("check", "./policy.yaml")).as(bench::toString).isZero();
        assertThat(bench.out().replaceAll("[0-9a-f]{64}", "SHA")).isEqualTo("""
                ok: policy.yaml (SHA-256 SHA)

                Must be encrypted, and what leaves all the same:
                  mailbox policy board
                    It binds mail of every kind. Automatic mail that cannot be encrypted goes to hold@example.com.
                    No rule can weaken it.
                  mailbox policy lab
                    It binds mail of every kind. Automatic mail that cannot be encrypted goes to hold@example.com.
                    It says mayWeaken, and these rules let mail leave without encryption: \
                newsletter, inside, elsewhere, absent, bank, late.
                  rule bank
                    It binds mail of every kind that it matches. \
                Automatic mail that cannot be encrypted goes to hold@example.com.
                    It does not bind mail for which all of this holds: its kind is nullSender.
                    Rule newsletter before it decides in its place, and demands no encryption, \
                if mail is outbound, and the sender is news@example.com.
                    Rule absent before it decides in its place, and demands no encryption, \
                if the recipient's domain is bank.example, and its kind is autoReply.
                    Without a usable certificate of the recipient, mail leaves signed, for anybody to read; \
                automatic mail does not.
                    What the sender's own program has encrypted leaves also with a weaker cipher; \
                automatic mail does not.
                  rule people
                    It names kind, and binds ordinary mail only; \
                mail with the null reverse path and automatic replies is left to the rules behind it.
                    Rule newsletter before it decides in its place, and demands no encryption, \
                if mail is outbound, and the sender is news@example.com.
                    Rule inside before it decides in its place, and demands no encryption, if mail is internal.
                    What the sender's own program has encrypted leaves also with a weaker cipher.

                Decided otherwise than in versions before demands bound every kind of mail:
                  mailbox policy lab says mayWeaken: automatic and rights-protected mail \
                that no rule weakens it for is encrypted now; before, it left as it came.
                  Rule bank does not name kind: bounces, automatic replies and rights-protected \
                mail that it matches are encrypted now; before, they left as they came.
                  Rule late names such mail, and stands behind a rule that demands encryption (bank): \
                what both match is encrypted now; put it before that rule to exempt it.
                """);
    }

    @Test
    void saysWhatMeetsADemandWhoeverItIsEncryptedFor() {
        PolicyBench bench = new PolicyBench(folder).write("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  board: { appliesTo: chair@example.com, RequireEncryptedSMIMEMessages: true }
                  law:
                    appliesTo: law@example.com
                    RequireEncryptedSMIMEMessages: true
                    acceptSenderEncryption: forRecipient
                  lab:
                    appliesTo: lab@example.com
                    RequireEncryptedSMIMEMessages: true
                    acceptSenderEncryption: structure
                rules:
                  - { id: bank, when: { recipientDomain: bank.example }, then: { encrypt: required } }
                  - { id: court, when: { recipientDomain: court.example },
                      then: { encrypt: required, acceptSenderEncryption: forRecipient } }
                  - { id: firm, when: { recipientDomain: firm.example },
                      then: { encrypt: required, acceptSenderEncryption: structure } }
                  - { id: partner, when: { recipientDomain: partner.example },
                      then: { acceptSenderEncryption: structure } }
                  - { id: comes-in, when: { direction: inbound },
                      then: { requireEncrypted: true, acceptSenderEncryption: structure } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        assertThat(bench.run("check", "./policy.yaml")).as(bench::toString).isZero();
        String binds = "Automatic mail that cannot be encrypted is refused: no quarantine is named.\n";
        assertThat(bench.out()
                        .lines()
                        .skip(2)
                        .limit(20)
                        .map(line -> line + "\n")
                        .collect(Collectors.joining()))
                .isEqualTo("""
                Must be encrypted, and what leaves all the same:
                  mailbox policy board
                    It binds mail of every kind. BINDS\
                    What the sender's own program has encrypted leaves, whoever it is for, \
                where one of these counts: mailbox policy lab, rule firm, rule partner.
                  mailbox policy law
                    It binds mail of every kind. BINDS\
                    No rule can weaken it.
                  mailbox policy lab
                    It binds mail of every kind. BINDS\
                    No rule can weaken it.
                    What the sender's own program has encrypted leaves, whoever it is for.
                  rule bank
                    It binds mail of every kind that it matches. BINDS\
                    What the sender's own program has encrypted leaves, whoever it is for, \
                where one of these counts: mailbox policy lab.
                  rule court
                    It binds mail of every kind that it matches. BINDS\
                  rule firm
                    It binds mail of every kind that it matches. BINDS\
                    What the sender's own program has encrypted leaves, whoever it is for.

                """.replace("BINDS", binds));
    }

    @Test
    void saysNothingWithoutADemand() {
        PolicyBench bench = new PolicyBench(folder).write("policy.yaml", """
                version: 1
                internal: [example.com]
                rules: [{ id: rest, when: always, then: { encrypt: ifPossible } }]
                """);
        assertThat(bench.run("check", "./policy.yaml")).isZero();
        assertThat(bench.out().lines()).hasSize(1);
    }
}
