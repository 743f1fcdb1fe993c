package org.postseal.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.postseal.policy.condition.ConditionReader;
import org.postseal.policy.condition.ConditionType;

/** Tests that the reference tables of the documentation are those of the types. */
class ReferenceTablesTest {
    @Test
    void conditions() throws IOException {
        assertThat(rows("policy-conditions.md", "| condition | holds for |"))
                .isEqualTo(
                        ConditionReader.TYPES.stream().map(ConditionType::row).toList());
    }

    @Test
    void mailboxPolicies() throws IOException {
        assertThat(rows("policy-levels.md", "| parameter | values | without it | meaning |"))
                .isEqualTo(MailboxParameter.all().stream()
                        .map(MailboxParameter::row)
                        .toList());
    }

    /** The meaning of each setting for a partner is prose, so only its name and its place are compared. */
    @Test
    void partners() throws IOException {
        assertThat(rows("policy-levels.md", "| setting | for a partner | when it counts | otherwise |"))
                .extracting(row -> row.split("`", -1)[1])
                .isEqualTo(
                        Partners.SETTABLE.stream().map(MailboxParameter::name).toList());
    }

    @Test
    void profiles() throws IOException {
        String words =
                Profile.WORDS.keySet().stream().map(word -> "`" + word + "`").collect(Collectors.joining(" | "));
        assertThat(rows("policy-levels.md", "| parameter | " + words + " |")).isEqualTo(ProfileTable.rows());
    }

    @Test
    void smime() throws IOException {
        String head = "| parameter | values | Exchange's default | without it | what it does |";
        assertThat(rows("policy-exchange.md", head))
                .isEqualTo(Arrays.stream(SmimeParameter.values())
                        .map(SmimeParameter::row)
                        .toList());
    }

    private static List<String> rows(String page, String head) throws IOException {
        return Files.readAllLines(Path.of("../docs", page)).stream()
                .dropWhile(line -> !line.equals(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
