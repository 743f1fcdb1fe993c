package org.postseal.gateway.admin.rollout;

import gg.jte.Content;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Renders a template as a PowerShell script. Every value in it becomes a literal: text stands in single quotes, in
 * which nothing is expanded. PowerShell takes five characters for a single quote (the ASCII one and U+2018 to U+201B),
 * and two of them in a row for one in the text, so each of them is doubled. A template cannot write a value as code.
 */
final class PowerShell extends StringOutput {
    private PowerShell() {}

    /** Returns the file: UTF-8 with the mark by which Windows PowerShell 5.1 knows it, and lines that end in CR LF. */
    static byte[] file(Consumer<TemplateOutput> template) {
        PowerShell script = new PowerShell();
        template.accept(script);
        return ("\uFEFF" + script.toString().replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void writeUserContent(String value) {
        writeContent(literal(value));
    }

    @Override
    public void writeUserContent(boolean value) {
        writeContent(literal(value));
    }

    @Override
    public void writeUserContent(Number value) {
        writeContent(literal(value));
    }

    @Override
    public void writeUserContent(Enum<?> value) {
        writeContent(literal(value.name()));
    }

    @Override
    public void writeUnsafeContent(String value) {
        throw new IllegalStateException("a script takes values as literals and comments only");
    }

    /**
     * Shows the text behind a {@code #} of the template. Each line of the text becomes a line of comment, and any other
     * control character becomes a space.
     */
    static Content comment(String text) {
        return output -> output.writeContent(
                text.lines().map(line -> printable(line).stripTrailing()).collect(Collectors.joining("\n# ")));
    }

    /**
     * Shows a hash table, with a line for each setting.
     *
     * @param settings the names are ours; the values are text, Boolean or numbers
     */
    static Content settings(Map<String, ?> settings) {
        int width = settings.keySet().stream().mapToInt(String::length).max().orElse(0);
        return output -> output.writeContent(settings.entrySet().stream()
                .map(each -> "    " + each.getKey()
                        + " ".repeat(width - each.getKey().length()) + " = " + literal(each.getValue()) + "\n")
                .collect(Collectors.joining("", "@{\n", "}")));
    }

    static String literal(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? "$true" : "$false";
            case Number number -> number.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints().forEach(each -> {
            if (Character.isISOControl(each)) {
                throw new IllegalArgumentException("a control character in " + printable(text));
            }
            quoted.appendCodePoint(each);
            if (each == '\'' || (each >= 0x2018 && each <= 0x201B)) {
                quoted.appendCodePoint(each);
            }
        });
        return quoted.append('\'').toString();
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(each -> Character.isISOControl(each) || each == 0x2028 || each == 0x2029 ? ' ' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
