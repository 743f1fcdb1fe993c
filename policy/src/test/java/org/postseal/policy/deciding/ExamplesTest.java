package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;

/** Tests that every example for admins loads without a single warning. */
public class ExamplesTest {
    private static final Path ROOT = Path.of("..");

    public static Stream<String> documented() throws IOException {
        StringBuilder text = new StringBuilder();
        try (DirectoryStream<Path> pages = Files.newDirectoryStream(ROOT.resolve("docs"), "{policy*,howto-words}.md")) {
            for (Path page : pages) {
                text.append(Files.readString(page));
            }
        }
        List<String> examples = Pattern.compile("(?s)\n```yaml\n(.*?)\n```\n")
                .matcher(text)
                .results()
                .map((MatchResult example) -> example.group(1) + "\n")
                .toList();
        assertThat(examples)
                .hasSize(Pattern.compile("```yaml").split(text, -1).length - 1)
                .hasSizeGreaterThan(10);
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("documented")
    void documentedExampleLoads(String yaml) {
        assertThat(RuleSet.read("policy.yaml", yaml).problems()).isEmpty();
    }

    @Test
    void examplePolicyLoadsAndDoesWhatItsCommentsSay() throws IOException {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", Files.readString(ROOT.resolve("etc/policy.yaml")));
        assertThat(reading.problems()).isEmpty();
        RuleSet ruleSet = ((RuleSet.Loaded) reading).ruleSet();
        assertThat(rule(ruleSet, Mail.ours("a@example.com", "x@sub.bank.example")))
                .isEqualTo("bank-must-be-encrypted");
        assertThat(rule(ruleSet, Mail.ours("a@example.com", "x@y.example").header("Subject", "[ENCRYPT] me")))
                .isEqualTo("sender-asks-for-encryption");
        assertThat(rule(ruleSet, Mail.ours("a@example.com", "x@y.example"))).isEqualTo("outbound");
        assertThat(rule(ruleSet, Mail.theirs("x@y.example", "a@example.com"))).isEqualTo("everything-else");
        assertThat(ruleSet.decide(Mail.ours("cfo@example.com", "x@y.example").facts(), new FakeDirectory(NO, YES))
                        .decision())
                .isEqualTo(new Decision.Reject(Reason.NO_RECIPIENT_CERTIFICATE));
    }

    private static String rule(RuleSet ruleSet, Mail mail) {
        return ruleSet.decide(mail.facts(), new FakeDirectory(YES, YES))
                .explanation()
                .rule();
    }
}
