package org.postseal.gateway.admin.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the files of {@code docs/howto-policy.md} and runs its commands in order. Each must print what the page shows.
 */
class HowtoPolicyTest {
    @TempDir
    private Path folder;

    @Test
    void everyCommandDoesWhatThePageSays() throws IOException {
        PolicyBench bench = new PolicyBench(folder)
                .write("offer.eml", "From: alice@example.com\nTo: bob@bank.example\nSubject: offer\n\nhello\n");
        List<Block> blocks = blocks(Files.readString(Path.of("../../docs/howto-policy.md")));
        AuditRecords.write(folder.resolve("audit.jsonl"), blocks.getFirst().text(), """
                version: 1
                defaults:
                  message: { from: alice@example.com }
                  directory: { keys: { "*": soft }, certificates: { bob@bank.example: usable } }
                cases:
                  - { name: refused, to: new@bank.example, expect: { decision: reject } }
                  - { name: encrypted, to: bob@bank.example, expect: { decision: deliver } }
                """);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            switch (block.kind()) {
                case "sh" -> {
                    codes.add(bench.run(words(block.text().strip())));
                    if (i + 1 < blocks.size() && blocks.get(i + 1).kind().equals("text")) {
                        assertThat(bench.out())
                                .as(block.text())
                                .isEqualTo(blocks.get(i + 1).text());
                    }
                    assertThat(bench.err()).as(block.text()).isEmpty();
                }
                case "text" -> {}
                default -> bench.write(block.kind(), block.text());
            }
        }
        assertThat(codes).containsExactly(0, 0, 65, 0, 0, 0, 0, 65);
    }

    private record Block(String kind, String text) {}

    private static List<Block> blocks(String page) {
        return Pattern.compile("(?ms)^```(\\S+)\\n(.*?)^```$")
                .matcher(page)
                .results()
                .map((MatchResult found) -> new Block(found.group(1), found.group(2)))
                .toList();
    }

    // Words in quotes are one word, and file names become paths in the folder
    private static String[] words(String command) {
        String prefix = "postseal policy ";
        assertThat(command).startsWith(prefix);
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(command.substring(prefix.length()))
                .results()
                .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
                .map(word ->
                        word.equals(".") ? "./" : word.matches("[a-z.]+\\.(yaml|eml|jsonl)(#.*)?") ? "./" + word : word)
                .toArray(String[]::new);
    }
}
