package org.postseal.gateway.admin.rollout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a PowerShell script. A value is always a literal: text in single quotes, in which nothing is expanded. PowerShell takes five characters for a single quote (the ASCII one and U+2018 to U+201B), and two of them in a row
 * for one in the text; so each of them is doubled.
 */
final class PowerShell {
    private final List<String> lines = new ArrayList<>();

    /** A line as it is; of ours, never of the user. */
    PowerShell line(String ours) {
        lines.add(ours);
        return this;
    }

    /** Lines of comment; what would end one becomes a space. */
    PowerShell comment(String text) {
        text.lines().forEach(each -> lines.add(("# " + printable(each)).stripTrailing()));
        return this;
    }

    /**
     * Parameters for the command of the next line, which takes them as {@code @settings}.
     *
     * @param settings names of ours; values are text, Boolean, numbers, collections of those, or an empty Optional for nothing
     */
    PowerShell settings(Map<String, ?> settings) {
        int width = settings.keySet().stream().mapToInt(String::length).max().orElse(0);
        lines.add("$settings = @{");
        settings.forEach(
                (name, value) -> lines.add("    " + name + " ".repeat(width - name.length()) + " = " + literal(value)));
        lines.add("}");
        return this;
    }

    /**
     * An object with these settings, whether it is there or not; what is not named stays as somebody has set it. Cmdlets of a module do not see {@code $ErrorActionPreference}, so each is told to stop.
     *
     * @param noun of its commands, as in {@code Get-NOUN}
     */
    PowerShell ensure(String noun, String name, Map<String, ?> settings) {
        String literal = literal(name);
        return settings(settings)
                .line(ifThere(noun, literal))
                .line("    Set-" + noun + " -Identity " + literal + " @settings" + STOP)
                .line("} else {")
                .line("    New-" + noun + " -Name " + literal + " @settings" + STOP + " | Out-Null")
                .line("}");
    }

    /** A transport rule in force, also where somebody has switched it off: {@code Set-TransportRule} cannot say so. */
    PowerShell ensureRule(String name, Map<String, ?> settings) {
        return ensure("TransportRule", name, settings)
                .line("Enable-TransportRule -Identity " + literal(name) + " -Confirm:$false" + STOP);
    }

    /** The object is gone, if it was there. */
    PowerShell absent(String noun, String name) {
        String literal = literal(name);
        return line(ifThere(noun, literal))
                .line("    Remove-" + noun + " -Identity " + literal + " -Confirm:$false" + STOP)
                .line("}");
    }

    private static String ifThere(String noun, String literal) {
        return "if (Get-" + noun + STOP + " | Where-Object { $_.Name -eq " + literal + " }) {";
    }

    /** Ends the script when the command before it fails. */
    static final String STOP = " -ErrorAction Stop";

    /** A value as a literal. */
    static String literal(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? "$true" : "$false";
            case Number number -> number.toString();
            case Optional<?> nothing when nothing.isEmpty() -> "$null";
            case Collection<?> values ->
                values.isEmpty()
                        ? "@()"
                        : values.stream().map(PowerShell::literal).collect(Collectors.joining(",", "@(", ")"));
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

    /** The file: UTF-8 with the mark that Windows PowerShell 5.1 knows it by, lines ended as there. */
    byte[] file() {
        return ("\uFEFF" + String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(each -> Character.isISOControl(each) || each == 0x2028 || each == 0x2029 ? ' ' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
