package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;

class PolicyTestCommandTest {
    @TempDir
    private Path folder;

    private PolicyBench bench;

    @BeforeEach
    void files() {
        bench = new PolicyBench(folder).write("policy.yaml", POLICY).write("policy.test.yaml", """
                version: 1
                defaults:
                  message: { from: alice@example.com }
                  to: bob@bank.example
                cases:
                  - name: with a certificate
                    directory: { certificates: { bob@bank.example: usable } }
                    expect: { decision: deliver, protection: encrypted }
                  - name: without
                    expect: { decision: reject }
                """);
    }

    @Test
    void whatPassesIsCounted() {
        assertThat(bench.run("test", "./")).isZero();
        assertThat(bench.out()).isEqualTo("policy.test.yaml: 2 cases passed\n");
        assertThat(bench.err()).isEmpty();
    }

    @Test
    void whatFailsIsShownLineByLineWithTheReasons() {
        bench.write("tests/more.yaml", """
                version: 1
                cases:
                  - name: waits for a certificate
                    message: { from: alice@example.com }
                    to: [bob@bank.example, carol@example.com]
                    expect:
                      bob@bank.example: { decision: defer, reason: RECIPIENT_CERTIFICATE_AWAITED, cipher: AES256-CBC }
                      carol@example.com: { decision: deliver }
                """);
        assertThat(bench.run("test", "./")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).isEqualTo("""
                policy.test.yaml: 2 cases passed
                FAILED tests/more.yaml:3: waits for a certificate
                  bob@bank.example (- expected, + found)
                    - decision: defer
                    + decision: reject
                    - reason: RECIPIENT_CERTIFICATE_AWAITED
                    + reason: NO_RECIPIENT_CERTIFICATE
                    - cipher: AES256-CBC
                    + cipher: (none)
                    because
                      direction outbound: the origin may submit for us, bob@bank.example is outside
                      rule bank matches: direction, recipientDomain
                      the rule asks encrypt: required
                      refused: certificate of bob@bank.example: no certificate
                tests/more.yaml: 1 of 1 case failed
                1 of 3 cases failed
                """);
        assertThat(bench.err()).isEmpty();
    }

    @Test
    void jsonTellsTheSame() {
        bench.write("policy.test.yaml", """
                version: 1
                cases:
                  - name: one
                    message: { from: alice@example.com }
                    to: carol@example.com
                    expect: { decision: reject, cipher: AES128-CBC }
                """);
        assertThat(bench.run("test", "./policy.test.yaml", "--json")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out().replaceAll("[0-9a-f]{64}", "SHA")).isEqualTo("""
                {
                  "cases": 1,
                  "failed": 1,
                  "suites": [
                    {
                      "file": "policy.test.yaml",
                      "policy": "policy.yaml",
                      "sha256": "SHA",
                      "cases": 1,
                      "failed": 1,
                      "results": [
                        {
                          "name": "one",
                          "line": 3,
                          "passed": false,
                          "recipients": [
                            {
                              "recipient": "carol@example.com",
                              "outcome": {
                                "decision": "deliver",
                                "protection": "clear",
                                "came": "clear",
                                "incoming": "asReceived",
                                "left": "clear",
                                "direction": "internal",
                                "rule": "rest"
                              },
                              "differences": [
                                {
                                  "key": "decision",
                                  "expected": "reject",
                                  "found": "deliver"
                                },
                                {
                                  "key": "cipher",
                                  "expected": "AES128-CBC",
                                  "found": null
                                }
                              ],
                              "steps": [
                                "direction internal: the origin may submit for us, carol@example.com is internal",
                                "rule rest matches: always"
                              ]
                            }
                          ]
                        }
                      ]
                    }
                  ]
                }
                """);
    }

    @Test
    void aFileOfCasesFindsItsPolicy() {
        bench.write(
                        "strict.yaml",
                        POLICY.replace("encrypt: required", "encrypt: required, onMissingCertificate: defer"))
                .write("strict.test.yaml", CASE.formatted("defer"))
                .write("tests/more.yaml", CASE.formatted("reject"))
                .write("elsewhere/x.yaml", CASE.formatted("defer"));
        assertThat(bench.run("test", "./strict.test.yaml", "./tests/more.yaml")).isZero();
        assertThat(bench.out()).isEqualTo("""
                strict.test.yaml: 1 case passed
                tests/more.yaml: 1 case passed
                2 cases passed
                """);
        assertThat(bench.run("test", "./elsewhere/x.yaml")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("""
                error: no policy is found for elsewhere/x.yaml
                hint: give it with --policy FILE
                """);
        assertThat(bench.run("test", "./elsewhere/missing.yaml")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("error: no such file: elsewhere/missing.yaml\n");
        assertThat(bench.run("test", "./elsewhere/x.yaml", "--policy", "./strict.yaml"))
                .isZero();
    }

    @Test
    void aFolderNeedsCasesAndAPolicy() {
        bench.write("empty/policy.yaml", POLICY).write("bare/x.test.yaml", CASE.formatted("reject"));
        assertThat(bench.run("test", "./empty")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("""
                error: empty has no cases
                hint: write them to empty/policy.test.yaml, see docs/howto-policy.md
                """);
        assertThat(bench.run("test", "./bare")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("""
                error: bare has no policy.yaml
                hint: give it with --policy FILE
                """);
    }

    @Test
    void everythingThatIsBrokenIsToldAndNothingIsRun() {
        bench.write("policy.yaml", POLICY.replace("always", "alwys"))
                .write("tests/a.yaml", CASE.formatted("rejct"))
                .write("tests/b.yaml", "version: 1\ncases: []\n");
        assertThat(bench.run("test", "./", "./missing.test.yaml", "--json")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.out()).isEmpty();
        assertThat(bench.err()).isEqualTo("""
                policy.yaml:5: rules[1].when: unknown value 'alwys' (nearest: always)
                tests/a.yaml:6: cases[0].expect.decision: unknown value 'rejct' (nearest: reject)
                tests/b.yaml:2: cases: has no case
                missing.test.yaml: no such file
                error: 4 problems, see above
                """);
    }

    @Test
    void aMessageInAFileIsReadAsOnTheRoad() {
        bench.write(
                        "mail/offer.eml",
                        "From: alice@example.com\nTo: carol@example.com\nSubject:"
                                + " x\nAuto-Submitted: auto-replied\n\nhello\n")
                .write("mail/loop.eml", "Received: x\n".repeat(100) + "From: alice@example.com\n\nhello\n")
                .write("tests/files.yaml", """
                        version: 1
                        cases:
                          - name: an automatic reply
                            message: { file: ../mail/offer.eml }
                            to: [bob@bank.example, carol@example.com]
                            expect:
                              bob@bank.example: { decision: reject, reason: AUTOMATIC_NOT_ENCRYPTED }
                              carol@example.com: { decision: deliver, protection: clear, rule: "built-in:automatic" }
                          - name: a loop
                            message: { file: ../mail/loop.eml }
                            to: bob@bank.example
                            expect: { decision: reject, reason: MAIL_LOOP }
                        """);
        assertThat(bench.run("test", "./tests/files.yaml")).as(bench::toString).isZero();
        bench.write("tests/files.yaml", """
                version: 1
                cases:
                  - name: none
                    message: { file: ../mail/none.eml }
                    to: bob@bank.example
                    expect: { decision: deliver }
                """);
        assertThat(bench.run("test", "./tests/files.yaml")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("""
                tests/files.yaml:4: cases[0].message.file: there is no file tests/../mail/none.eml
                error: 1 problem, see above
                """);
    }

    @Test
    void wrongUsageIsToldWithAHint() {
        assertThat(bench.run("test")).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("""
                error: Missing required parameter: 'DIR|FILE'
                hint: postseal help policy test
                """);
        assertThat(bench.run()).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("""
                error: no command given
                hint: postseal help policy
                """);
    }

    @Test
    void checkTellsEveryProblem() {
        assertThat(bench.run("check", "./policy.yaml")).isZero();
        assertThat(bench.out().replaceAll("[0-9a-f]{64}", "SHA")).startsWith("ok: policy.yaml (SHA-256 SHA)\n");
        bench.write("policy.yaml", POLICY.replace("always", "alwys").replace("encrypt:", "encript:"));
        assertThat(bench.run("check", "./policy.yaml")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.out()).isEmpty();
        assertThat(bench.err()).isEqualTo("""
                policy.yaml:4: rules[0].then.encript: unknown key (nearest: encrypt)
                policy.yaml:5: rules[1].when: unknown value 'alwys' (nearest: always)
                error: 2 problems, see above
                """);
    }

    @Test
    void aWarningFailsWhenStrict() {
        bench.write(
                "policy.yaml",
                POLICY.replace("encrypt: required", "sign: required").replace("direction: outbound, ", ""));
        String warning =
                "policy.yaml:4: rules[0].then.sign: warning: also matches mail from outside, which is never signed"
                        + " and so refused; add direction: [outbound, internal]\n";
        assertThat(bench.run("check", "./policy.yaml")).isZero();
        assertThat(bench.err()).isEqualTo(warning);
        assertThat(bench.run("check", "./policy.yaml", "--strict")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .isEqualTo(warning + "error: 1 warning, see above\nhint: without --strict the policy is accepted\n");
        assertThat(bench.run("check", "./policy.yaml", "--strict", "--json")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.out().replaceAll("[0-9a-f]{64}", "SHA")).isEqualTo("""
                {
                  "file": "policy.yaml",
                  "ok": false,
                  "sha256": "SHA",
                  "demandsToEncrypt": [],
                  "decidedOtherwise": [],
                  "problems": [
                    {
                      "severity": "warning",
                      "line": 4,
                      "key": "rules[0].then.sign",
                      "message": "also matches mail from outside, \
                which is never signed and so refused; add direction: [outbound, internal]"
                    }
                  ]
                }
                """);
        assertThat(bench.err()).isEmpty();
    }

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: bank, when: { direction: outbound, recipientDomain: bank.example }, then: { encrypt: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;
    private static final String CASE = """
            version: 1
            cases:
              - name: without a certificate
                message: { from: alice@example.com }
                to: bob@bank.example
                expect: { decision: %s }
            """;
}
