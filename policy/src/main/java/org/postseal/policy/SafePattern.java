package org.postseal.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression whose matching takes time linear in the text, whoever wrote the text: the expression becomes a small automaton, and all its states are
 * followed at once (Thompson, CACM 11/6, 1968), so nothing is ever tried twice. It therefore has no back references and no look-around. Letters match without
 * regard to case. Immutable, thread-safe.
 */
final class SafePattern {
    private final List<Step> program;

    private SafePattern(List<Step> program) {
        this.program = List.copyOf(program);
    }

    /** Compiles an expression that is searched for anywhere; {@code ^} and {@code $} anchor it. */
    static SafePattern search(String expression) throws SyntaxException {
        return new Compiler(expression).compile();
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

    /** Recursive descent over alternatives, sequences and repetitions, emitting steps as it goes. */
    private static final class Compiler {
        private final int[] expression;
        private int at;
        private int depth;

        Compiler(String expression) {
            this.expression = expression.codePoints().toArray();
        }

        SafePattern compile() throws SyntaxException {
            if (expression.length > LONGEST_EXPRESSION) {
                throw new SyntaxException("longer than " + LONGEST_EXPRESSION + " characters");
            }
            List<Step> program = alternatives();
            if (at < expression.length) {
                throw new SyntaxException("a ')' without its '('");
            }
            program.add(new Step.Found());
            return new SafePattern(program);
        }

        private List<Step> alternatives() throws SyntaxException {
            List<Step> left = sequence();
            while (at < expression.length && expression[at] == '|') {
                at++;
                List<Step> right = sequence();
                List<Step> both = new ArrayList<>();
                // split 1, left+2; left; jump over right
                both.add(new Step.Split(1, left.size() + 2));
                both.addAll(moved(left, 1));
                int end = left.size() + 2 + right.size();
                both.add(new Step.Split(end, end));
                both.addAll(moved(right, left.size() + 2));
                left = both;
            }
            return left;
        }

        private List<Step> sequence() throws SyntaxException {
            List<Step> steps = new ArrayList<>();
            while (at < expression.length && expression[at] != '|' && expression[at] != ')') {
                steps.addAll(moved(repeated(atom()), steps.size()));
            }
            return steps;
        }

        private List<Step> repeated(List<Step> atom) throws SyntaxException {
            if (at == expression.length) {
                return atom;
            }
            int size = atom.size();
            List<Step> steps = new ArrayList<>();
            switch (expression[at]) {
                case '*' -> {
                    steps.add(new Step.Split(1, size + 2));
                    steps.addAll(moved(atom, 1));
                    steps.add(new Step.Split(0, 0));
                }
                case '+' -> {
                    steps.addAll(atom);
                    steps.add(new Step.Split(0, size + 1));
                }
                case '?' -> {
                    steps.add(new Step.Split(1, size + 1));
                    steps.addAll(moved(atom, 1));
                }
                default -> {
                    return atom;
                }
            }
            at++;
            if (at < expression.length && "*+?{".indexOf(expression[at]) >= 0) {
                throw new SyntaxException("two repetitions in a row");
            }
            return steps;
        }

        private List<Step> atom() throws SyntaxException {
            int c = expression[at++];
            return switch (c) {
                case '(' -> group();
                case '[' -> one(bracket());
                case '.' -> one(new CharacterSet(List.of(), true));
                case '^' -> List.of(new Step.AtStart());
                case '$' -> List.of(new Step.AtEnd());
                case '\\' -> one(escape());
                case '*', '+', '?' -> throw new SyntaxException("a repetition of nothing");
                case '{', '}' ->
                    throw new SyntaxException("counted repetition is not supported; write \\{ for the character");
                default -> one(single(c));
            };
        }

        private List<Step> group() throws SyntaxException {
            if (at < expression.length && expression[at] == '?') {
                throw new SyntaxException("'(?' is not supported");
            }
            if (++depth > DEEPEST) {
                throw new SyntaxException("nested too deep");
            }
            List<Step> inside = alternatives();
            if (at == expression.length) {
                throw new SyntaxException("a '(' without its ')'");
            }
            at++;
            depth--;
            return inside;
        }

        private CharacterSet escape() throws SyntaxException {
            if (at == expression.length) {
                throw new SyntaxException("ends in a backslash");
            }
            int c = expression[at++];
            return switch (c) {
                case 'd', 'D' -> new CharacterSet(List.of(new int[] {'0', '9'}), c == 'D');
                case 's', 'S' -> new CharacterSet(List.of(new int[] {' ', ' '}, new int[] {'\t', '\r'}), c == 'S');
                case 'w', 'W' ->
                    new CharacterSet(
                            List.of(new int[] {'a', 'z'}, new int[] {'0', '9'}, new int[] {'_', '_'}), c == 'W');
                default -> {
                    if (c < 128 && Character.isLetterOrDigit(c)) {
                        throw new SyntaxException("'\\" + Character.toString(c) + "' is not supported");
                    }
                    yield single(c);
                }
            };
        }

        private CharacterSet bracket() throws SyntaxException {
            boolean negated = at < expression.length && expression[at] == '^';
            if (negated) {
                at++;
            }
            List<int[]> ranges = new ArrayList<>();
            while (at < expression.length && expression[at] != ']') {
                if (expression[at] == '\\') {
                    at++;
                    CharacterSet escaped = escape();
                    if (escaped.negated()) {
                        throw new SyntaxException("a negated class inside brackets is not supported");
                    }
                    ranges.addAll(escaped.ranges());
                    continue;
                }
                int low = expression[at++];
                int high = low;
                if (at + 1 < expression.length && expression[at] == '-' && expression[at + 1] != ']') {
                    high = expression[at + 1];
                    at += 2;
                }
                if (high < low) {
                    throw new SyntaxException("a range that runs backwards");
                }
                addFolded(ranges, low, high);
            }
            if (at == expression.length) {
                throw new SyntaxException("a '[' without its ']'");
            }
            at++;
            if (ranges.isEmpty()) {
                throw new SyntaxException("empty brackets");
            }
            return new CharacterSet(ranges, negated);
        }

        // Text is folded to lower case, so the capitals of a range count as their small letters.
        private static void addFolded(List<int[]> ranges, int low, int high) {
            ranges.add(new int[] {low, high});
            int firstCapital = Math.max(low, 'A');
            int lastCapital = Math.min(high, 'Z');
            if (firstCapital <= lastCapital) {
                ranges.add(new int[] {fold(firstCapital), fold(lastCapital)});
            }
            if (low == high) {
                ranges.add(new int[] {fold(low), fold(low)});
            }
        }

        private static CharacterSet single(int c) {
            return new CharacterSet(List.of(new int[] {fold(c), fold(c)}), false);
        }

        private static List<Step> one(CharacterSet set) {
            return List.of(new Step.One(set));
        }

        private static List<Step> moved(List<Step> steps, int by) {
            return steps.stream()
                    .map(step -> step instanceof Step.Split(int first, int second)
                            ? new Step.Split(first + by, second + by)
                            : step)
                    .toList();
        }
    }

    private static final int LONGEST_TEXT = 1 << 16;
    private static final int LONGEST_EXPRESSION = 500;
    private static final int DEEPEST = 20;
}
