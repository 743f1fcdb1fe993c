package org.postseal.gateway.admin.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.fleet.PolicyBundle;
import org.postseal.policy.deciding.RuleSet;

/** Cases are run as they came with a policy, and are named as they were proposed. */
class BundledCasesTest {
    @ParameterizedTest
    @CsvSource(
            value = {
                "policy.test.yaml,   letter.eml,     deliver, ''",
                "tests/all.yaml,     ../letter.eml,  deliver, ''",
                "tests/all.yaml,     letter.eml,     deliver, tests/all.yaml:4: cases[0].message.file: letter.eml was",
                "policy.test.yaml,   letter.eml,     reject,  policy.test.yaml:3: case fails: to a partner",
                "notes.yaml,         letter.eml,     reject,  ''",
                "more/tests/all.yaml,letter.eml,     reject,  ''",
                "policy.test.yaml,   letter.eml,     perhaps, policy.test.yaml:6",
            })
    void casesAreRun(String name, String message, String decision, String problem) {
        PolicyBundle bundle = new PolicyBundle(
                2,
                List.of(
                        file("policy.yaml", POLICY),
                        file("letter.eml", "From: alice@example.com\r\nTo: bob@partner.example\r\n\r\nhello\r\n"),
                        file(name, """
                                version: 1
                                cases:
                                  - name: to a partner
                                    message: { file: %s }
                                    to: bob@partner.example
                                    expect: { decision: %s }
                                """.formatted(message, decision))));
        Checked<RuleSet> policy =
                PolicyFile.of(Path.of("policy.yaml"), POLICY.getBytes(UTF_8)).compile();
        String found = BundledCases.failures(bundle, policy.value().orElseThrow()).stream()
                .map(Checked::line)
                .collect(Collectors.joining("\n"));
        if (problem.isEmpty()) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).startsWith(problem);
        }
    }

    private static PolicyBundle.File file(String name, String text) {
        return new PolicyBundle.File(name, text.getBytes(UTF_8));
    }

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;
}
