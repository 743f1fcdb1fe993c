package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.wording.Placeholder;
import org.postseal.policy.wording.Wording;

/** Tests that {@code docs/howto-words.md} shows policies that load, what a sender reads, and what `check` finds. */
class HowtoWordsTest {
    @TempDir
    private Path folder;

    @Test
    void everyPolicyOfThePageIsChecked() throws IOException {
        List<String> policies = blocks("yaml");
        assertThat(policies).hasSize(3);
        for (String policy : policies) {
            PolicyBench bench = new PolicyBench(folder).write("policy.yaml", policy);
            assertThat(bench.run("check", "./policy.yaml")).as(bench::toString).isZero();
            assertThat(bench.err()).isEmpty();
        }
        PolicyBench bench = new PolicyBench(folder)
                .write("policy.yaml", policies.getLast().replace("legal department first: {contact}", "{contct}"));
        assertThat(bench.run("check", "./policy.yaml")).isEqualTo(78);
        assertThat(bench.err()).isEqualTo(blocks("text").getLast());
    }

    @Test
    void theReplyOfThePageIsWhatASenderReads() throws IOException {
        Wording wording = ((RuleSet.Loaded)
                        RuleSet.read("policy.yaml", blocks("yaml").getFirst()))
                .ruleSet()
                .wording();
        Reason reason = Reason.NO_RECIPIENT_CERTIFICATE;
        List<String> said = wording.reply(
                new Wording.Refusal(
                        reason,
                        Optional.empty(),
                        MailAddress.of("bob@bank.example"),
                        Optional.of(MailAddress.of("alice@example.com")),
                        Optional.of("Offer")),
                false);
        assertThat(said)
                .containsExactly(blocks("text")
                        .getFirst()
                        .replace(reason.code() + " " + reason.enhancedStatus() + " ", "")
                        .strip());
    }

    @Test
    void thePageListsEachPlaceholder() throws IOException {
        List<String> listed = Pattern.compile("(?m)^\\| `\\{(\\w+)}` \\|")
                .matcher(page())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Placeholder.values())
                        .map(Placeholder::word)
                        .toList());
    }

    private static List<String> blocks(String kind) throws IOException {
        return Pattern.compile("(?ms)^```" + kind + "\\n(.*?)^```$")
                .matcher(page())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../../docs/howto-words.md"));
    }
}
