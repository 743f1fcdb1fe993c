package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.support.ExitCode;

class PolicyDiffCommandTest {
    @TempDir
    private Path folder;

    private PolicyBench bench;

    @BeforeEach
    void files() throws IOException {
        bench = new PolicyBench(folder).write("old.yaml", OLD).write("cases.test.yaml", CASES);
        AuditRecords.write(folder.resolve("audit.jsonl"), OLD, CASES);
    }

    @Test
    void theSamePolicyTreatsEverythingAlike() {
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./audit.jsonl", "--exit-code"))
                .isZero();
        assertThat(bench.out()).isEqualTo("6 compared: 6 the same, 0 treated otherwise, 0 cannot be told\n");
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--cases", "./cases.test.yaml", "--exit-code"))
                .isZero();
        assertThat(bench.out()).isEqualTo("6 compared: 6 the same, 0 treated otherwise, 0 cannot be told\n");
        assertThat(bench.err()).isEmpty();
    }

    @Test
    void severalLogsAreComparedAsOne() throws IOException {
        AuditRecords.write(folder.resolve("audit.1"), OLD, CASES);
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./audit.1", "--audit", "./audit.jsonl"))
                .isZero();
        assertThat(bench.out()).isEqualTo("12 compared: 12 the same, 0 treated otherwise, 0 cannot be told\n");
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./audit.1", "--audit", "./none.jsonl"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err()).startsWith("error: there is no file ");
    }

    @Test
    void nothingComparedIsNoProof() {
        bench.write("empty.jsonl", "");

        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./empty.jsonl", "--exit-code"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).isEqualTo("0 compared: 0 the same, 0 treated otherwise, 0 cannot be told\n");
        assertThat(bench.err()).isEqualTo("warning: nothing was compared, which says nothing about the policies\n");
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./empty.jsonl"))
                .isZero();
    }

    @Test
    void aRuleThatNeedsNoHeaderIsComparedWithoutIt() {
        bench.write(
                "new.yaml",
                OLD.replace(
                        "recipientDomain: bank.example }, then: { encrypt: required }",
                        "recipientDomain: bank.example }, then: reject"));
        assertThat(bench.run("diff", "./old.yaml", "./new.yaml", "--audit", "./audit.jsonl"))
                .isZero();
        String expected = """
                <1@example.com> to bob@bank.example
                  - deliver, protection encrypted, cipher AES256-CBC, RSAKeyTransport PKCS1, \
                incoming asReceived (rule bank)
                  + reject, reason POLICY_REFUSED, reply 550 5.7.1 Message refused by policy (rule bank)
                6 compared: 5 the same, 1 treated otherwise, 0 cannot be told
                """;
        assertThat(bench.out()).isEqualTo(expected);
        assertThat(bench.run("diff", "./old.yaml", "./new.yaml", "--cases", "./cases.test.yaml"))
                .isZero();
        assertThat(bench.out()).isEqualTo(expected.replace("<1@example.com>", "cases.test.yaml:6: bank"));
    }

    @ParameterizedTest
    @CsvSource({
        "contact: help@example.com, contact: help@example.com, false",
        "contact: help@example.com, contact: desk@example.com, true",
        "'contact: h@example.com, reasons: { NO_RECIPIENT_CERTIFICATE: { en: Ask us } }',"
                + " 'contact: h@example.com, reasons: { NO_RECIPIENT_CERTIFICATE: { en: Ask us. } }', true"
    })
    void otherWordsAreTold(String old, String fresh, boolean isTold) {
        bench.write("before.yaml", OLD.replace("rules:", "words: { " + old + " }\nrules:"));
        bench.write("after.yaml", OLD.replace("rules:", "words: { " + fresh + " }\nrules:"));

        bench.run("diff", "./before.yaml", "./after.yaml", "--cases", "./cases.test.yaml");

        assertThat(bench.out().contains("refusals and notices are in other words"))
                .isEqualTo(isTold);
    }

    @Test
    void theRuleOfTheRecordSaysWhichHeaderConditionsHeld() {
        // Only mail under the rule "marked" is treated otherwise now
        bench.write(
                "new.yaml",
                OLD.replace(
                        "subject: \"[secret]\" }, then: { encrypt: required }",
                        "subject: \"[secret]\" }, then: reject"));
        assertThat(bench.run("diff", "./old.yaml", "./new.yaml", "--audit", "./audit.jsonl"))
                .isZero();
        assertThat(bench.out()).isEqualTo("""
                <3@example.com> to dan@partner.example
                  - reject, reason NO_RECIPIENT_CERTIFICATE, reply 550 5.7.1 \
                Encryption is required and no usable certificate is known for this recipient (rule marked)
                  + reject, reason POLICY_REFUSED, reply 550 5.7.1 Message refused by policy (rule marked)
                6 compared: 5 the same, 1 treated otherwise, 0 cannot be told
                """);
    }

    @Test
    void whatHangsOnANewHeaderConditionCannotBeTold() {
        bench.write("new.yaml", OLD.replace("subject: \"[secret]\"", "subject: \"[private]\""));
        assertThat(bench.run("diff", "./old.yaml", "./new.yaml", "--audit", "./audit.jsonl", "--exit-code"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).isEqualTo("""
                <2@example.com> to carol@partner.example
                  ? cannot be told: rule marked looks at header subject
                <3@example.com> to dan@partner.example
                  ? cannot be told: rule marked looks at header subject
                <6@example.com> to x@partner.example
                  ? cannot be told: rule marked looks at header subject
                6 compared: 3 the same, 0 treated otherwise, 3 cannot be told
                """);
    }

    @Test
    void whatNobodyAskedTheDirectoryCannotBeTold() {
        bench.write("new.yaml", OLD.replace("mailboxPolicy }", "{ encrypt: ifPossible } }"));
        assertThat(bench.run(
                        "diff",
                        "./old.yaml",
                        "./new.yaml",
                        "--audit",
                        "./audit.jsonl",
                        "--since",
                        "2026-01-01T03:30:00Z"))
                .isZero();
        assertThat(bench.out()).isEqualTo("""
                <5@example.com> to eve@example.com
                  ? cannot be told: rule rest asks for the recipient's certificate, which was not looked up then
                2 compared: 1 the same, 0 treated otherwise, 1 cannot be told
                """);
    }

    @Test
    void linesThatSayNothingAreCounted() throws IOException {
        Path log = folder.resolve("audit.jsonl");
        String record = Files.readAllLines(log).getFirst();
        Files.writeString(
                log,
                record.replaceAll("\"postseal\\.facts\\.[a-zA-Z]+\":(\"[^\"]*\"|\\[[^\\]]*\\]),?", "")
                                .replace(",}", "}")
                        + "\n"
                        + record.replace("\"kind\"", "\"knid\"")
                                .replace("facts.kind\":\"ordinary\"", "facts.kind\":\"extraordinary\"")
                        + "\n"
                        + record.replace("\"rule.id\":\"bank\"", "\"rule.id\":\"\"") + "\n"
                        + record.replace("\"rule.id\":\"bank\"", "\"rule.id\":\"marked\"") + "\n"
                        + "not a record\n{\"@timestamp\":\"2026-01-01T00:00:00Z\",\"event.action\":\"cert-pin\"}\n",
                StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./audit.jsonl"))
                .isZero();
        assertThat(bench.out()).isEqualTo("""
                <1@example.com> to bob@bank.example
                  ? cannot be told: the record is of a version that kept no facts
                <1@example.com> to bob@bank.example
                  ? cannot be told: the facts of the record are cut or of another version
                <1@example.com> to bob@bank.example
                  ? cannot be told: the record names rule marked, which does not fit its facts
                3 compared: 0 the same, 0 treated otherwise, 3 cannot be told
                1 not compared: no policy was asked
                1 line is no record
                """);
    }

    @Test
    void jsonTellsTheSame() {
        bench.write(
                "new.yaml",
                OLD.replace("subject: \"[secret]\"", "subject: \"[private]\"")
                        .replace("bank.example }, then: { encrypt: required }", "bank.example }, then: defer"));
        assertThat(bench.run("diff", "./old.yaml", "./new.yaml", "--audit", "./audit.jsonl", "--json"))
                .isZero();
        assertThat(bench.out().replaceAll("[0-9a-f]{64}", "SHA")).isEqualTo("""
                {
                  "old": {
                    "file": "old.yaml",
                    "sha256": "SHA"
                  },
                  "new": {
                    "file": "new.yaml",
                    "sha256": "SHA"
                  },
                  "compared": 6,
                  "same": 2,
                  "different": 1,
                  "cannotBeTold": 3,
                  "undecided": 0,
                  "foreignLines": 0,
                  "differences": [
                    {
                      "message": "<1@example.com>",
                      "recipient": "bob@bank.example",
                      "time": "2026-01-01T00:00:00Z",
                      "old": {
                        "decision": "deliver",
                        "protection": "encrypted",
                        "cipher": "AES256-CBC",
                        "RSAKeyTransport": "PKCS1",
                        "incoming": "asReceived",
                        "direction": "outbound",
                        "rule": "bank"
                      },
                      "new": {
                        "decision": "defer",
                        "reason": "POLICY_DEFERRED",
                        "direction": "outbound",
                        "rule": "bank",
                        "reply": "451 4.7.1 Message deferred by policy"
                      }
                    },
                    {
                      "message": "<2@example.com>",
                      "recipient": "carol@partner.example",
                      "time": "2026-01-01T01:00:00Z",
                      "cannotBeTold": "rule marked looks at header subject"
                    },
                    {
                      "message": "<3@example.com>",
                      "recipient": "dan@partner.example",
                      "time": "2026-01-01T02:00:00Z",
                      "cannotBeTold": "rule marked looks at header subject"
                    },
                    {
                      "message": "<6@example.com>",
                      "recipient": "x@partner.example",
                      "time": "2026-01-01T05:00:00Z",
                      "cannotBeTold": "rule marked looks at header subject"
                    }
                  ]
                }
                """);
    }

    @Test
    void wrongInputIsTold() {
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml")).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("error: give either --cases or --audit\nhint: postseal help policy diff\n");
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--cases", "./", "--audit", "./audit.jsonl"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--cases", "./", "--since", "2026-01-01"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).isEqualTo("error: --since goes with --audit\nhint: postseal help policy diff\n");
        assertThat(bench.run("diff", "./old.yaml", "./old.yaml", "--audit", "./none.jsonl"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err()).isEqualTo("error: there is no file none.jsonl\n");
        assertThat(bench.run("diff", "./old.yaml", "./none.yaml", "--audit", "./audit.jsonl"))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo("none.yaml: no such file\nerror: 1 problem, see above\n");
    }

    private static final String OLD = """
            version: 1
            internal: [example.com]
            rules:
              - { id: bank, when: { direction: outbound, recipientDomain: bank.example }, then: { encrypt: required } }
              - { id: marked, when: { direction: outbound, subject: "[secret]" }, then: { encrypt: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;
    private static final String CASES = """
            version: 1
            defaults:
              message: { from: alice@example.com }
              directory: { certificates: { bob@bank.example: usable } }
            cases:
              - { name: bank, to: bob@bank.example, expect: { decision: deliver } }
              - { name: plain, to: carol@partner.example, expect: { decision: deliver } }
              - { name: marked, message: { subject: "[secret] x" }, to: dan@partner.example,
                  expect: { decision: reject } }
              - { name: in, message: { from: dan@partner.example }, to: alice@example.com,
                  expect: { decision: deliver } }
              - { name: internal, to: eve@example.com, expect: { decision: deliver } }
              - { name: bounce, message: { reversePath: "<>", origin: submission }, to: x@partner.example,
                  expect: { decision: deliver } }
            """;
}
