package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.console.PolicyTests;
import org.postseal.gateway.console.SampleConsole;

/**
 * Tests that the console's page of the policy shows what {@code postseal policy test} says about the cases beside it.
 */
class CasesBesideTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

    @TempDir
    private Path folder;

    @Test
    void casesAreRunWhenTheConsolesPageIsLookedAt() throws IOException {
        SampleConsole console = SampleConsole.over(folder, "", new CasesBeside(), NOW);
        assertThat(console.html("/policy")).contains("There are none beside the policy.");

        Files.writeString(folder.resolve("policy.test.yaml"), """
            version: 1
            defaults: { directory: { keys: { example.com: soft } } }
            cases:
              - name: the bank
                message: { from: alice@example.com }
                to: ann@bank.example
                directory: { certificates: { ann@bank.example: missing } }
                expect: { decision: reject }
              - name: the rest
                message: { from: alice@example.com }
                to: bob@partner.example
                directory: { certificates: { bob@partner.example: missing } }
                expect: { decision: reject }
            """);
        // These cases test another policy in the same folder
        Files.writeString(folder.resolve("next.yaml"), SampleConsole.POLICY);
        Files.writeString(folder.resolve("next.test.yaml"), "broken");
        assertThat(console.html("/policy"))
                .contains("1 of 2 cases passed against this file")
                .contains("bob@partner.example: decision should be reject and is deliver")
                .doesNotContain("next.test.yaml");

        Files.writeString(folder.resolve("policy.test.yaml"), "version: 1\ncasez: []\n");
        assertThat(console.html("/policy")).contains("Not run:").contains("casez");
    }

    @Test
    void casesAreRunAgainWhenAnythingOfThemHasChanged() throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), SampleConsole.POLICY);
        Path message = Files.writeString(folder.resolve("letter.eml"), "From: alice@example.com\r\n\r\nx\r\n");
        String cases = """
            version: 1
            cases:
              - name: the bank
                message: { file: letter.eml }
                to: ann@bank.example
                directory: { keys: { example.com: soft }, certificates: { ann@bank.example: missing } }
                expect: { decision: reject }
            """;
        Path file = Files.writeString(folder.resolve("policy.test.yaml"), cases);
        CasesBeside beside = new CasesBeside();
        List<PolicyTests.OfFile> first = run(beside, policy);
        assertThat(first)
                .singleElement()
                .satisfies(each -> assertThat(each.problems()).isEmpty());
        assertThat(run(beside, policy)).isSameAs(first);

        Files.writeString(message, "From: alice@example.com\r\n\r\ny\r\n");
        List<PolicyTests.OfFile> second = run(beside, policy);
        assertThat(second).isNotSameAs(first);
        assertThat(run(beside, policy)).isSameAs(second);

        Files.writeString(file, cases.replace("the bank", "a bank"));
        List<PolicyTests.OfFile> third = run(beside, policy);
        assertThat(third.getFirst().results().getFirst().ofCase().name()).isEqualTo("a bank");

        Files.writeString(policy, SampleConsole.POLICY.replace("reject", "defer"));
        assertThat(run(beside, policy).getFirst().results().getFirst().isPassed())
                .isFalse();

        Files.delete(file);
        assertThat(run(beside, policy)).isEmpty();
    }

    private static List<PolicyTests.OfFile> run(CasesBeside beside, Path policy) {
        return beside.run(policy, PolicyFile.read(policy).compile().value().orElseThrow());
    }
}
