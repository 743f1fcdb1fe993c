package org.postseal.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression whose matching takes time linear in the text, whoever wrote the text: the expression becomes a small automaton, and all its states are
 * followed at once (Thompson, CACM 11/6, 1968), so nothing is ever tried twice. It therefore has no back references and no look-around. Letters match without
 * regard to case. Immutable, thread-safe.
 */
final class SafePattern {
    private final String expression;
    private final List<Step> program;

    SafePattern(String expression, List<Step> program) {
        this.expression = expression;
        this.program = List.copyOf(program);
    }

    /** Compiles an expression that is searched for anywhere; {@code ^} and {@code $} anchor it. */
    static SafePattern search(String expression) throws SyntaxException {
        return new PatternCompiler(expression).compile();
    }

    /** Compiles a pattern for the whole text, in which {@code *} is any text and {@code ?} any one character. */
    static SafePattern wildcard(String pattern) throws SyntaxException {
        StringBuilder expression = new StringBuilder("^(");
        pattern.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> expression.append(".*");
                case '?' -> expression.append('.');
                default -> expression.append(isPlain(c) ? "" : "\\").appendCodePoint(c);
            }
        });
        return search(expression.append(")$").toString());
    }

    /** Whether it is found in the text; only the first 65,536 characters are looked at. */
    boolean isFoundIn(String text) {
        int[] codePoints =
                text.codePoints().limit(LONGEST_TEXT).map(SafePattern::fold).toArray();
        int[] seenAt = new int[program.size()];
        List<Integer> now = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        for (int at = 0; at <= codePoints.length; at++) {
            if (follow(0, at, codePoints.length, now, seenAt)) {
                return true;
            }
            if (at == codePoints.length) {
                return false;
            }
            next.clear();
            for (int state : now) {
                if (program.get(state) instanceof Step.One one && one.set().has(codePoints[at])) {
                    if (follow(state + 1, at + 1, codePoints.length, next, seenAt)) {
                        return true;
                    }
                }
            }
            List<Integer> spare = now;
            now = next;
            next = spare;
        }
        return false;
    }

    // Adds the states reachable from this one without reading; true at the end of the program. A work list instead of
    // recursion: programs may be long.
    private boolean follow(int start, int at, int end, List<Integer> states, int[] seenAt) {
        List<Integer> work = new ArrayList<>();
        work.add(start);
        while (!work.isEmpty()) {
            int state = work.removeLast();
            if (seenAt[state] == at + 1) {
                continue;
            }
            seenAt[state] = at + 1;
            switch (program.get(state)) {
                case Step.Found _ -> {
                    return true;
                }
                case Step.One _ -> states.add(state);
                case Step.Split(int first, int second) -> {
                    work.add(first);
                    work.add(second);
                }
                case Step.AtStart _ -> {
                    if (at == 0) {
                        work.add(state + 1);
                    }
                }
                case Step.AtEnd _ -> {
                    if (at == end) {
                        work.add(state + 1);
                    }
                }
            }
        }
        return false;
    }

    static int fold(int c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    private static boolean isPlain(int c) {
        return c > 127 || Character.isLetterOrDigit(c) || c == ' ';
    }

    /** By what is written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SafePattern pattern && expression.equals(pattern.expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    /** One instruction; all but {@code Split} go on at the next one. */
    sealed interface Step {
        record One(CharacterSet set) implements Step {}

        record Split(int first, int second) implements Step {}

        record AtStart() implements Step {}

        record AtEnd() implements Step {}

        record Found() implements Step {}
    }

    /** What one position may hold: ranges of folded code points, or all but them. */
    record CharacterSet(List<int[]> ranges, boolean negated) {
        boolean has(int c) {
            for (int[] range : ranges) {
                if (c >= range[0] && c <= range[1]) {
                    return !negated;
                }
            }
            return negated;
        }
    }

    /** The expression is not one; the message says why, for the admin. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    private static final int LONGEST_TEXT = 1 << 16;

    /** The expression; of a pattern with wildcards, the one that it stands for. */
    @Override
    public String toString() {
        return expression;
    }
}
