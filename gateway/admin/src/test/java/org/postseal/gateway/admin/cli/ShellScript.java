package org.postseal.gateway.admin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The simple commands of a shell script, as far as our pages use the language (POSIX.1-2024, Shell Command Language
 * 2.9). Each command is its words without quotes; control words, the patterns of a {@code case}, assignments,
 * redirections and comments are left out. A command substitution is a command of its own. Here-documents are not
 * understood. Used once, by one thread.
 */
final class ShellScript {
    private final String text;
    private final List<List<String>> commands = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private List<String> words = new ArrayList<>();
    private boolean isWord;
    private boolean isTarget;
    private int groups;
    private int at;

    private ShellScript(String text) {
        this.text = text;
    }

    /** Returns the commands in the order in which they end. */
    static List<List<String>> commands(String script) {
        ShellScript read = new ShellScript(script);
        read.read();
        return read.commands.stream()
                .map(ShellScript::bare)
                .filter(words -> !words.isEmpty())
                .toList();
    }

    /** Returns the names of the functions that the script defines. */
    static Set<String> functions(String script) {
        return Set.copyOf(FUNCTION.matcher(script)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList());
    }

    private void read() {
        while (at < text.length()) {
            char next = text.charAt(at);
            switch (next) {
                case '\\' -> escaped();
                case '\'', '"' -> quoted(next);
                case '$' -> dollar();
                case '#' -> hash();
                case '<', '>' -> redirection();
                case ' ', '\t' -> {
                    endWord();
                    at++;
                }
                case '\n', ';', '|', '&' -> {
                    endCommand();
                    at++;
                }
                case '(' -> {
                    endCommand();
                    groups++;
                    at++;
                }
                case ')' -> {
                    closed();
                    at++;
                }
                default -> {
                    append(next);
                    at++;
                }
            }
        }
        endCommand();
    }

    private void append(char next) {
        word.append(next);
        isWord = true;
    }

    private void escaped() {
        if (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
            append(text.charAt(at + 1));
        }
        at += 2;
    }

    private void quoted(char quote) {
        isWord = true;
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (quote == '"' && text.charAt(at) == '\\') {
                escaped();
            } else if (quote == '"' && text.charAt(at) == '$') {
                dollar();
            } else {
                append(text.charAt(at));
                at++;
            }
        }
        at++;
    }

    /** Reads what follows a dollar sign. Text in parentheses is a script; in double parentheses it is arithmetic. */
    private void dollar() {
        append('$');
        at++;
        if (!text.startsWith("(", at)) {
            return;
        }
        int open = 0;
        int begin = at;
        do {
            open += switch (text.charAt(at)) {
                case '(' -> 1;
                case ')' -> -1;
                default -> 0;
            };
            at++;
        } while (open > 0 && at < text.length());
        if (!text.startsWith("((", begin)) {
            commands.addAll(commands(text.substring(begin + 1, at - 1)));
        }
    }

    private void hash() {
        if (isWord) {
            append('#');
            at++;
            return;
        }
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void redirection() {
        if (isWord && word.toString().matches("[0-9]")) {
            word.setLength(0);
            isWord = false;
        }
        endWord();
        while (at < text.length() && "<>&".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        isTarget = true;
    }

    private void endWord() {
        if (isWord) {
            if (!isTarget) {
                words.add(word.toString());
            }
            isTarget = false;
        }
        word.setLength(0);
        isWord = false;
    }

    private void endCommand() {
        endWord();
        isTarget = false;
        commands.add(words);
        words = new ArrayList<>();
    }

    /** Ends a command, or the pattern of a {@code case}, before whose parenthesis none is open. */
    private void closed() {
        if (groups == 0) {
            endWord();
            words.clear();
        }
        endCommand();
        groups = Math.max(0, groups - 1);
    }

    private static List<String> bare(List<String> words) {
        int first = 0;
        while (first < words.size()
                && (CONTROL.contains(words.get(first))
                        || ASSIGNMENT.matcher(words.get(first)).lookingAt())) {
            first++;
        }
        return first < words.size() && OTHERS.contains(words.get(first))
                ? List.of()
                : words.subList(first, words.size());
    }

    private static final Pattern FUNCTION = Pattern.compile("(?m)^(\\w+)\\(\\) *\\{");
    private static final Pattern ASSIGNMENT = Pattern.compile("\\w+=");
    private static final Set<String> CONTROL = Set.of("if", "then", "else", "fi", "while", "do", "done", "{", "}", "!");
    private static final Set<String> OTHERS = Set.of("case", "esac", "for", "break");
}
