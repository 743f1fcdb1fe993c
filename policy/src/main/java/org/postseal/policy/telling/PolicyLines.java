package org.postseal.policy.telling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Finds rules and mailbox policies in the text of a policy, to show the words that decided. It understands only the
 * YAML, so it can also show a text in another version of the language. Immutable.
 */
public final class PolicyLines {
    private final List<String> lines;
    private final Optional<YamlMapping> root;

    private PolicyLines(List<String> lines, Optional<YamlMapping> root) {
        this.lines = lines;
        this.root = root;
    }

    /** Prepares a text; nothing is found in a text that is not YAML. */
    public static PolicyLines of(String yaml) {
        return new PolicyLines(yaml.lines().toList(), YamlReader.read(yaml, new Problems("")));
    }

    /**
     * Lines of the text.
     *
     * @param first number of the first, from 1
     * @param lines as they are in the text
     */
    public record Excerpt(int first, List<String> lines) {
        public Excerpt {
            lines = List.copyOf(lines);
        }

        public List<String> numbered() {
            List<String> numbered = new ArrayList<>();
            for (String line : lines) {
                numbered.add("%5d  %s".formatted(first + numbered.size(), line).stripTrailing());
            }
            return numbered;
        }
    }

    public Excerpt whole() {
        return new Excerpt(1, lines);
    }

    public Optional<Excerpt> rule(String id) {
        Optional<YamlValue> section = section("rules").filter(YamlValue::isList);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        List<YamlValue> rules = section.get().list();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).isMapping()
                    && rules.get(i).mapping().flatMap(rule -> rule.string("id")).equals(Optional.of(id))) {
                int first = rules.get(i).line();
                int behind = i + 1 < rules.size() ? rules.get(i + 1).line() : behind(section.get());
                return Optional.of(excerpt(first, behind));
            }
        }
        return Optional.empty();
    }

    public Optional<Excerpt> mailboxPolicy(String name) {
        Optional<YamlValue> section = section("mailboxPolicies").filter(YamlValue::isMapping);
        Map<String, YamlValue> all =
                section.flatMap(YamlValue::mapping).map(YamlMapping::all).orElse(Map.of());
        YamlValue wanted = all.get(name);
        if (wanted == null) {
            return Optional.empty();
        }
        int first = wanted.line();
        int behind = Stream.concat(all.values().stream().map(YamlValue::line), section.map(this::behind).stream())
                .filter(line -> line > first)
                .min(Integer::compare)
                .orElse(lines.size() + 1);
        return Optional.of(excerpt(first, behind));
    }

    private Optional<YamlValue> section(String name) {
        return root.flatMap(mapping -> mapping.value(name));
    }

    /** Returns the line of the next section. */
    private int behind(YamlValue section) {
        return root.stream()
                .flatMap(mapping -> mapping.all().values().stream())
                .map(YamlValue::line)
                .filter(line -> line > section.line())
                .min(Integer::compare)
                .orElse(lines.size() + 1);
    }

    /** A comment right above an item belongs to it, and a comment right above the next item belongs to that one. */
    private Excerpt excerpt(int line, int behind) {
        int first = line;
        while (first > 1 && first <= lines.size() && isComment(lines.get(first - 2))) {
            first--;
        }
        // YAML decides what counts as a line end, and its versions differ, so the line numbers may be out of range.
        int from = Math.min(first - 1, lines.size());
        int to = Math.min(Math.max(behind - 1, line), lines.size());
        List<String> found = new ArrayList<>(lines.subList(from, to));
        while (found.size() > 1 && (found.getLast().isBlank() || isComment(found.getLast()))) {
            found.removeLast();
        }
        return new Excerpt(first, found);
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }
}
