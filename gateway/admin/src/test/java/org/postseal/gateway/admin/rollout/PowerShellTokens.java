package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads a script as PowerShell's own tokenizer would: comments, strings with the five characters that it takes for
 * single quotes and the four for double ones, brackets. Anything that does not come to its end is a fault of the
 * script.
 */
final class PowerShellTokens {
    private final String text;
    private int at;
    private final List<String> strings = new ArrayList<>();
    private final StringBuilder code = new StringBuilder();
    private final Deque<Character> open = new ArrayDeque<>();

    /** @param file UTF-8 with its mark */
    PowerShellTokens(byte[] file) {
        String read = new String(file, UTF_8);
        if (!read.startsWith("\uFEFF")) {
            throw new AssertionError("no mark: Windows PowerShell would not read it as UTF-8");
        }
        text = read.substring(1);
        while (at < text.length()) {
            next();
        }
        if (!open.isEmpty()) {
            throw new AssertionError("not closed: " + open);
        }
    }

    /** The values of all single-quoted strings, in order. */
    List<String> strings() {
        return strings;
    }

    /** Returns everything except strings and comments; a string is shown as {@code ''}. */
    String code() {
        return code.toString();
    }

    private void next() {
        char each = text.charAt(at++);
        if (each == '#') {
            while (at < text.length() && text.charAt(at) != '\r' && text.charAt(at) != '\n') {
                at++;
            }
        } else if (isSingle(each)) {
            strings.add(single());
            code.append("''");
        } else if (isDouble(each)) {
            doubled();
            code.append("\"\"");
        } else {
            bracket(each);
            code.append(each);
        }
    }

    private String single() {
        StringBuilder value = new StringBuilder();
        while (true) {
            char each = take();
            if (isSingle(each)) {
                if (at < text.length() && isSingle(text.charAt(at))) {
                    at++;
                } else {
                    return value.toString();
                }
            }
            value.append(each);
        }
    }

    private void doubled() {
        while (true) {
            char each = take();
            if (each == '`') {
                take();
            } else if (isDouble(each)) {
                return;
            }
        }
    }

    private char take() {
        if (at == text.length()) {
            throw new AssertionError("a string without an end");
        }
        return text.charAt(at++);
    }

    private void bracket(char each) {
        int opens = "([{".indexOf(each);
        if (opens >= 0) {
            open.push(")]}".charAt(opens));
        } else if (")]}".indexOf(each) >= 0 && (open.isEmpty() || open.pop() != each)) {
            throw new AssertionError("a " + each + " that closes nothing");
        }
    }

    private static boolean isSingle(char each) {
        return each == '\'' || (each >= '\u2018' && each <= '\u201B');
    }

    private static boolean isDouble(char each) {
        return each == '"' || (each >= '\u201C' && each <= '\u201E');
    }
}
