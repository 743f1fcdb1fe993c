package org.postseal.policy.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads tests of a text: {@code contains}, {@code equals}, {@code wildcard}, {@code matches}. */
public final class TextTestReader {
    private TextTestReader() {}

    /** Reads texts that may be contained, or tests. */
    public static List<TextTest> textsOrTests(YamlValue value) {
        List<TextTest> tests = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            if (item.isMapping()) {
                item.mapping().ifPresent(mapping -> {
                    tests.addAll(tests(mapping));
                    mapping.refuseOthers();
                    if (mapping.names().isEmpty()) {
                        mapping.error("has no condition (valid: contains, equals, wildcard, matches)");
                    }
                });
            } else {
                item.string().ifPresent(text -> tests.add(contains(text)));
            }
        }
        return tests;
    }

    /** Reads the tests of a mapping that may hold other keys too. */
    public static List<TextTest> tests(YamlMapping mapping) {
        List<TextTest> tests = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("contains")) {
            item.string().ifPresent(text -> tests.add(contains(text)));
        }
        for (YamlValue item : mapping.oneOrMore("equals")) {
            item.string().ifPresent(text -> tests.add(new TextTest.Equal(text.strip())));
        }
        for (YamlValue item : mapping.oneOrMore("wildcard")) {
            item.string().flatMap(text -> pattern(item, text, true)).ifPresent(tests::add);
        }
        for (YamlValue item : mapping.oneOrMore("matches")) {
            item.string().flatMap(text -> pattern(item, text, false)).ifPresent(tests::add);
        }
        return tests;
    }

    /** Adds the keys that {@link #tests} reads, for editors. */
    public static Schema.Mapping schema(Schema.Mapping mapping) {
        return mapping.key("contains", "Any of these texts is in it.", TEXTS)
                .key("equals", "It is one of these texts.", TEXTS)
                .key("wildcard", "All of it matches one of these; * and ? are wild.", TEXTS)
                .key("matches", "One of these regular expressions is found in it.", TEXTS);
    }

    private static TextTest contains(String text) {
        return new TextTest.Contains(Letters.fold(text));
    }

    private static Optional<TextTest> pattern(YamlValue item, String text, boolean isWildcard) {
        try {
            return Optional.of(
                    new TextTest.Matches(isWildcard ? PatternCompiler.wildcard(text) : PatternCompiler.search(text)));
        } catch (SafePattern.SyntaxException fault) {
            item.error("not a pattern: " + fault.getMessage());
            return Optional.empty();
        }
    }

    public static final Schema TEXTS = Schema.definition("texts");
}
