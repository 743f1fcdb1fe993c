package org.postseal.policy.header;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression that is matched in time linear in the text, whoever wrote the text. The expression becomes a
 * small automaton, and the search follows all its states at once (Thompson, CACM 11/6, 1968), so that it tries nothing
 * twice. Therefore it has no back references and no look-around. Letters match without regard to case. Immutable,
 * thread-safe.
 */
final class SafePattern {
    private final String expression;
    private final List<Step> program;

    SafePattern(String expression, List<Step> program) {
        this.expression = expression;
        this.program = List.copyOf(program);
    }

    /** Tells whether the text holds a match; it looks at the first 65,536 characters only. */
    boolean isFoundIn(String text) {
        return new Search(text.codePoints()
                        .limit(LONGEST_TEXT)
                        .map(SafePattern::fold)
                        .toArray())
                .succeeds();
    }

    private final class Search {
        private final int[] text;
        private final int[] capitals;
        /** For each state, the position at which it was last reached, plus one. */
        private final int[] reachedAt = new int[program.size()];
        /** This is a list and not recursion, because compiled patterns may be long. */
        private final List<Integer> work = new ArrayList<>();

        Search(int[] text) {
            this.text = text;
            this.capitals = Arrays.stream(text).map(Character::toUpperCase).toArray();
        }

        boolean succeeds() {
            List<Integer> now = new ArrayList<>();
            List<Integer> next = new ArrayList<>();
            for (int at = 0; at < text.length; at++) {
                if (reaches(0, at, now)) {
                    return true;
                }
                next.clear();
                for (int state : now) {
                    if (program.get(state) instanceof Step.One one
                            && one.set().has(text[at], capitals[at])
                            && reaches(state + 1, at + 1, next)) {
                        return true;
                    }
                }
                List<Integer> spare = now;
                now = next;
                next = spare;
            }
            return reaches(0, text.length, now);
        }

        /**
         * Adds the states that can be reached without reading a character; returns true if the end of the program is
         * one of them.
         */
        private boolean reaches(int start, int at, List<Integer> states) {
            work.clear();
            work.add(start);
            while (!work.isEmpty()) {
                int state = work.removeLast();
                if (reachedAt[state] == at + 1) {
                    continue;
                }
                reachedAt[state] = at + 1;
                switch (program.get(state)) {
                    case Step.Found _ -> {
                        return true;
                    }
                    case Step.One _ -> states.add(state);
                    case Step.Split(int first, int second) -> {
                        work.add(state + first);
                        work.add(state + second);
                    }
                    case Step.AtStart _ -> {
                        if (at == 0) {
                            work.add(state + 1);
                        }
                    }
                    case Step.AtEnd _ -> {
                        if (at == text.length) {
                            work.add(state + 1);
                        }
                    }
                }
            }
            return false;
        }
    }

    static int fold(int c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SafePattern pattern && expression.equals(pattern.expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    /** Returns the expression; for a pattern with wildcards, the expression that it stands for. */
    @Override
    public String toString() {
        return expression;
    }

    /**
     * One instruction. {@code Split} leads to two others, given by their distances from it. Every other one leads to
     * the next.
     */
    sealed interface Step {
        record One(CharacterSet set) implements Step {}

        record Split(int first, int second) implements Step {}

        record AtStart() implements Step {}

        record AtEnd() implements Step {}

        record Found() implements Step {}
    }

    /** The characters that one position may hold: those of some ranges, or all others. */
    record CharacterSet(List<int[]> ranges, boolean negated) {
        /** A range may be written in capitals, so both letters are compared. */
        boolean has(int folded, int capital) {
            for (int[] range : ranges) {
                if ((folded >= range[0] && folded <= range[1]) || (capital >= range[0] && capital <= range[1])) {
                    return !negated;
                }
            }
            return negated;
        }
    }

    /** The expression is malformed; the message tells the admin why. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    /** A pattern looks at so many characters of a text, and no further. */
    static final int LONGEST_TEXT = 1 << 16;
}
