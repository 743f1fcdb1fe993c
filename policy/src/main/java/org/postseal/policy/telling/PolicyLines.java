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
 * Where in the text of a policy its rules and mailbox policies stand: for who shows the words that decided. No more than its YAML is understood, so that a text of another version of the language is shown
 * too. Immutable.
 */
public final class PolicyLines {
    private final List<String> lines;
    private final Optional<YamlMapping> root;

    private PolicyLines(List<String> lines, Optional<YamlMapping> root) {
        this.lines = lines;
        this.root = root;
    }

    /** Of this text; of what is no YAML nothing is found. */
    public static PolicyLines of(String yaml) {
        return new PolicyLines(yaml.lines().toList(), YamlReader.read(yaml, new Problems("")));
    }

    /**
     * Lines of the text.
     *
     * @param first number of the first, from 1
     * @param lines as they stand there
     */
    public record Excerpt(int first, List<String> lines) {
        public Excerpt {
            lines = List.copyOf(lines);
        }

        /** Each behind its number. */
        public List<String> numbered() {
            List<String> numbered = new ArrayList<>();
            for (String line : lines) {
                numbered.add("%5d  %s".formatted(first + numbered.size(), line).stripTrailing());
            }
            return numbered;
        }
    }

    /** All of it. */
    public Excerpt whole() {
        return new Excerpt(1, lines);
    }

    /** The rule with this id. */
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

    /** The mailbox policy of this name. */
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

    /** The line of the next section. */
    private int behind(YamlValue section) {
        return root.stream()
                .flatMap(mapping -> mapping.all().values().stream())
                .map(YamlValue::line)
                .filter(line -> line > section.line())
                .min(Integer::compare)
                .orElse(lines.size() + 1);
    }

    /** A comment right above belongs to it, as one above the next belongs to that. */
    private Excerpt excerpt(int line, int behind) {
        int first = line;
        while (first > 1 && first <= lines.size() && isComment(lines.get(first - 2))) {
            first--;
        }
        // what counts as a line end is YAML's affair, and may be a matter of its version
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
