package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.admin.cli.support.ExitCode;

class PolicyExplainCommandTest {
    @TempDir
    private Path folder;

    private PolicyBench bench;

    @BeforeEach
    void files() {
        bench = new PolicyBench(folder)
                .write("policy.yaml", """
                    version: 1
                    internal: [example.com]
                    rules:
                      - { id: bank, when: { direction: outbound, recipientDomain: bank.example },
                          then: { encrypt: required } }
                      - { id: marked, when: { direction: outbound, subject: "[secret]" },
                          then: { encrypt: required } }
                      - { id: rest, when: always, then: { sign: ifPossible } }
                    """)
                .write("policy.test.yaml", """
                    version: 1
                    cases:
                      - name: two of them
                        message: { from: alice@example.com }
                        to: [bob@bank.example, carol@example.com]
                        expect: { decision: deliver }
                      - name: a loop
                        message: { file: loop.eml }
                        to: carol@example.com
                        expect: { decision: reject }
                    """)
                .write("loop.eml", "Received: x\n".repeat(100) + "From: alice@example.com\n\nhello\n")
                .write("offer.eml", "From: alice@example.com\nTo: bob@bank.example\nSubject: [Secret]\n\nhello\n");
    }

    @Test
    void aCaseIsExplainedRuleByRule() {
        assertThat(bench.run("explain", "--policy", "./policy.yaml", "--case", "./policy.test.yaml#two of them"))
                .isZero();
        assertThat(bench.out()).isEqualTo("""
            two of them to bob@bank.example
              rules
                bank: matches, direction, recipientDomain
              directory
                certificate: missing
              settings
                all built-in
              steps
                direction outbound: the origin may submit for us, bob@bank.example is outside
                rule bank matches: direction, recipientDomain
                the rule asks encrypt: required
                refused: certificate of bob@bank.example: no certificate
              decision
                decision: reject
                reason: NO_RECIPIENT_CERTIFICATE
                came: clear
                direction: outbound
                rule: bank
                reply: 550 5.7.1 Encryption is required and no usable certificate is known for this recipient
            two of them to carol@example.com
              rules
                bank: no, direction does not hold
                marked: no, direction does not hold
                rest: matches, always
              directory
                key: missing
              settings
                all built-in
              steps
                direction internal: the origin may submit for us, carol@example.com is internal
                rule rest matches: always
                the rule asks sign: ifPossible
                not signed: key of alice@example.com: no certificate
              decision
                decision: deliver
                protection: clear
                came: clear
                incoming: asReceived
                left: clear
                direction: internal
                rule: rest
            """);
        assertThat(bench.err()).isEmpty();
    }

    @Test
    void aMessageThatNoPolicySeesSaysSo() {
        assertThat(bench.run("explain", "--policy", "./policy.yaml", "--case", "./policy.test.yaml#a loop"))
                .isZero();
        assertThat(bench.out()).isEqualTo("""
            a loop to carol@example.com
              steps
                refused before the policy is asked: 100 Received fields
              decision
                decision: reject
                reason: MAIL_LOOP
                reply: 554 5.4.6 Mail loop detected
            """);
        assertThat(explain("--policy ./policy.yaml --message ./loop.eml --from <> --to carol@example.com"))
                .isZero();
        assertThat(bench.out())
                .startsWith("loop.eml to carol@example.com\n  steps\n    refused before the policy is asked");
    }

    @Test
    void aMessageIsExplainedWithWhatIsSupposed() {
        String[] words = {
            "explain",
            "--policy",
            "./policy.yaml",
            "--message",
            "./offer.eml",
            "--from",
            "alice@example.com",
            "--to",
            "dan@partner.example",
            "--json",
            "--certificate",
            "expired"
        };
        assertThat(bench.run(words)).isZero();
        assertThat(bench.out()).contains("\"name\": \"RequireEncryptionSMIMEAlgorithm\"");
        assertThat(bench.out()
                        .replaceAll("[0-9a-f]{64}", "SHA")
                        .replaceAll("(?s)\"settings\": \\[\n.*?\n      \\],\n +", ""))
                .isEqualTo("""
                    {
                      "sha256": "SHA",
                      "message": "offer.eml",
                      "recipients": [
                        {
                          "recipient": "dan@partner.example",
                          "rules": [
                            {
                              "rule": "bank",
                              "matches": "no",
                              "conditions": [
                                "direction",
                                "recipientDomain"
                              ],
                              "failed": "recipientDomain does not hold"
                            },
                            {
                              "rule": "marked",
                              "matches": "yes",
                              "conditions": [
                                "direction",
                                "subject"
                              ]
                            }
                          ],
                          "directory": [
                            "certificate=expired"
                          ],
                          "steps": [
                            "direction outbound: the origin may submit for us, dan@partner.example is outside",
                            "rule marked matches: direction, subject",
                            "the rule asks encrypt: required",
                            "refused: certificate of dan@partner.example: expired on 2025-12-31T00:00:00Z"
                          ],
                          "outcome": {
                            "decision": "reject",
                            "reason": "NO_RECIPIENT_CERTIFICATE",
                            "came": "clear",
                            "direction": "outbound",
                            "rule": "marked",
                            "reply": "550 5.7.1 Encryption is required and no usable certificate \
                    is known for this recipient"
                          }
                        }
                      ]
                    }
                    """);
        // Without --certificate and --key nothing is known about the recipient
        assertThat(explain("--policy ./policy.yaml --message ./offer.eml --from alice@example.com --to"
                        + " dan@partner.example"))
                .isZero();
        assertThat(bench.out()).contains("    certificate: lookupFailed\n", "    decision: defer\n");
    }

    @Test
    void aMessageThatNobodyHasWrittenNeedsItsAddressesAlone() {
        String[] words = {
            "explain",
            "--policy",
            "./policy.yaml",
            "--from",
            "alice@example.com",
            "--to",
            "dan@partner.example",
            "--certificate",
            "missing",
            "--key",
            "soft"
        };
        assertThat(bench.run(words)).as(bench::toString).isZero();
        assertThat(bench.out())
                .startsWith("a plain message to dan@partner.example\n")
                .contains("    came: clear\n", "    rule: rest\n");
        assertThat(bench.run(with(words, "--subject", "[secret] Angebot f\u00fcr Dan")))
                .isZero();
        assertThat(bench.out()).contains("    rule: marked\n");
        assertThat(bench.run(with(words, "--subject", "a\nBcc: eve@example.org")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.run(with(words, "--subject", "b", "--message", "./offer.eml")))
                .isEqualTo(ExitCode.USAGE);
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void withTheConfigurationTheRealDirectoryAnswers() throws IOException {
        Instant from = Instant.now().minus(Duration.ofDays(2));
        Instant to = Instant.now().plus(Duration.ofDays(2));
        CertificateAuthority authority = CertificateAuthority.create("Test", from, to);
        authority.writeStore(
                Files.createDirectory(folder.resolve("store")),
                List.of(authority
                        .request(MailAddress.of("alice@example.com"))
                        .validity(from, to)
                        .issue()),
                List.of(authority
                        .request(MailAddress.of("bob@bank.example"))
                        .validity(from, to)
                        .issue()
                        .certificate()));
        bench.write("postseal.yaml", """
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0" }
            nextHop: "127.0.0.1:10026"
            """);
        assertThat(explain("-c ./postseal.yaml --message ./offer.eml --from alice@example.com --to"
                        + " bob@bank.example --to new@bank.example"))
                .as(bench::toString)
                .isZero();
        assertThat(bench.out()).isEqualTo("""
            offer.eml to bob@bank.example
              rules
                bank: matches, direction, recipientDomain
              directory
                certificate: usable EC 256 unknown
              settings
                all built-in
              steps
                direction outbound: the origin may submit for us, bob@bank.example is outside
                rule bank matches: direction, recipientDomain
                the rule asks encrypt: required
                encrypted for bob@bank.example with AES256_CBC
              decision
                decision: deliver
                protection: encrypted
                cipher: AES256-CBC
                RSAKeyTransport: PKCS1
                came: clear
                incoming: asReceived
                left: encrypted
                direction: outbound
                rule: bank
            offer.eml to new@bank.example
              rules
                bank: matches, direction, recipientDomain
              directory
                certificate: missing
              settings
                all built-in
              steps
                direction outbound: the origin may submit for us, new@bank.example is outside
                rule bank matches: direction, recipientDomain
                the rule asks encrypt: required
                refused: certificate of new@bank.example: no certificate
              decision
                decision: reject
                reason: NO_RECIPIENT_CERTIFICATE
                came: clear
                direction: outbound
                rule: bank
                reply: 550 5.7.1 Encryption is required and no usable certificate is known for this recipient
            """);
    }

    @Test
    void wrongInputIsTold() {
        assertThat(bench.run("explain", "--policy", "./policy.yaml")).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("""
            error: give --case FILE#NAME, or --from ADDRESS and --to ADDRESS
            hint: postseal help policy explain
            """);
        assertThat(explain("--policy ./policy.yaml --case ./policy.test.yaml")).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("""
            error: a case is named FILE#NAME
            hint: as in --case 'policy.test.yaml#a name'
            """);
        assertThat(bench.run("explain", "--policy", "./policy.yaml", "--case", "./policy.test.yaml#tow of them"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("error: policy.test.yaml has no case 'tow of them' (nearest: two of them)\n");
        assertThat(explain("--policy ./policy.yaml --case ./none.yaml#x")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("none.yaml: no such file\nerror: 1 problem, see above\n");
        assertThat(bench.run(
                        "explain", "--policy", "./policy.yaml", "--case", "./policy.test.yaml#a loop", "--key", "soft"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.err())
                .isEqualTo("error: --case says itself what a look-up finds\nhint: postseal help policy explain\n");
        assertThat(explain("--policy ./policy.yaml --message ./none.eml --from <> --to a@example.com"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err()).isEqualTo("error: there is no file none.eml\n");
        assertThat(explain("--policy ./policy.yaml --message ./offer.eml --from <> --to a@example.com --key usable"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("""
            error: unknown status in --certificate or --key
            hint: --certificate: usable, missing, notYetValid, expired, revoked, issuerRevoked, \
            untrusted, wrongUsage, addressMismatch, revocationOffline, revocationUnknown, blocked, lookupFailed; \
            --key: soft, hardware, missing, notYetValid, expired, revoked, issuerRevoked, \
            untrusted, wrongUsage, addressMismatch, revocationOffline, revocationUnknown, blocked, lookupFailed
            """);
        assertThat(explain("--message ./offer.eml --from <> --to a@example.com --key soft"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(explain("-c ./none.yaml --message ./offer.eml --from <> --to a@example.com"))
                .isEqualTo(ExitCode.CONFIG);
    }

    /** Runs {@code postseal policy explain} with these words, none of which has blanks in it. */
    private int explain(String words) {
        return bench.run(("explain " + words).split(" ", -1));
    }
}
