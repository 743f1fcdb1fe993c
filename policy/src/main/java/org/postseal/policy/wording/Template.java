package org.postseal.policy.wording;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlValue;

/**
 * Holds a plain text with placeholders such as <code>{recipient}</code>. Two braces stand for one. A line that asks for
 * something which the message does not have is left out, and so are empty lines beside other empty lines. Immutable.
 */
public final class Template {
    private final String source;
    private final List<List<Piece>> lines;

    private Template(String source, List<List<Piece>> lines) {
        this.source = source;
        this.lines = lines;
    }

    private sealed interface Piece {}

    private record Literal(String text) implements Piece {}

    private record Value(Placeholder placeholder) implements Piece {}

    /**
     * Reads a template, and tells each of its faults.
     *
     * @param allowed the placeholders that it may have
     * @return empty if there was a fault
     */
    public static Optional<Template> read(String source, List<Placeholder> allowed, Consumer<String> fault) {
        Map<String, Placeholder> words =
                allowed.stream().collect(Collectors.toMap(Placeholder::word, placeholder -> placeholder));
        List<String> faults = new ArrayList<>();
        List<List<Piece>> lines = new ArrayList<>();
        for (String line : source.stripTrailing().split("\r?\n", -1)) {
            if (line.codePoints().anyMatch(c -> !PlainText.isShown(c))) {
                faults.add("has a control character");
            }
            lines.add(pieces(line.stripTrailing(), words, faults));
        }
        faults.stream().distinct().forEach(fault);
        return faults.isEmpty() ? Optional.of(new Template(source.strip(), List.copyOf(lines))) : Optional.empty();
    }

    /** Returns a template of ours, which has no faults. */
    static Template builtIn(String source) {
        return read(source, List.of(Placeholder.values()), fault -> {
                    throw new IllegalArgumentException(source + ": " + fault);
                })
                .orElseThrow();
    }

    private static List<Piece> pieces(String line, Map<String, Placeholder> words, List<String> faults) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            boolean isBrace = c == '{' || c == '}';
            if (!isBrace || line.startsWith(String.valueOf(c), at + 1)) {
                literal.append(c);
                at += isBrace ? 2 : 1;
                continue;
            }
            int end = line.indexOf('}', at);
            if (c == '}' || end < 0) {
                faults.add("has a single " + c + "; write " + c + c + " for the character itself");
                return pieces;
            }
            String word = line.substring(at + 1, end);
            Placeholder placeholder = words.get(word);
            if (placeholder == null) {
                faults.add("unknown placeholder '{" + YamlValue.clean(word) + "}'"
                        + Nearest.hint(word, words.keySet().stream().sorted().toList()));
            } else {
                pieces.add(new Literal(literal.toString()));
                pieces.add(new Value(placeholder));
                literal.setLength(0);
            }
            at = end + 1;
        }
        pieces.add(new Literal(literal.toString()));
        return pieces;
    }

    /** Returns the text as it was written, in one line. */
    public String source() {
        return source.replaceAll("\\s+", " ");
    }

    /** Returns true if the text is one line. */
    public boolean isLine() {
        return lines.size() == 1;
    }

    /** Returns true if people who have nothing but ASCII write this language so that the text can be read. */
    public boolean isAscii(String language) {
        return PlainText.ascii(language, source).isPresent();
    }

    /** Returns the lines with these values in their places. */
    List<String> filled(Function<Placeholder, Optional<String>> values) {
        List<String> filled = new ArrayList<>();
        for (List<Piece> line : lines) {
            filled(line, values)
                    .filter(text -> !(text.isEmpty()
                            && (filled.isEmpty() || filled.getLast().isEmpty())))
                    .ifPresent(filled::add);
        }
        return filled;
    }

    private static Optional<String> filled(List<Piece> line, Function<Placeholder, Optional<String>> values) {
        StringBuilder text = new StringBuilder();
        for (Piece piece : line) {
            switch (piece) {
                case Literal(String literal) -> text.append(literal);
                case Value(Placeholder placeholder) -> {
                    Optional<String> value = values.apply(placeholder);
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    text.append(value.get());
                }
            }
        }
        return Optional.of(text.toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Template template && lines.equals(template.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }
}
