package org.postseal.policy.header;

import java.util.ArrayList;
import java.util.List;
import org.postseal.policy.header.SafePattern.CharacterSet;
import org.postseal.policy.header.SafePattern.Step;
import org.postseal.policy.header.SafePattern.SyntaxException;

/** Compiles one {@link SafePattern} by recursive descent over alternatives, sequences and repetitions. */
final class PatternCompiler {
    private final int[] expression;
    private int at;
    private int depth;

    private PatternCompiler(String expression) {
        this.expression = expression.codePoints().toArray();
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

    private SafePattern compile() throws SyntaxException {
        if (expression.length > LONGEST_EXPRESSION) {
            throw new SyntaxException("longer than " + LONGEST_EXPRESSION + " characters");
        }
        List<Step> program = alternatives();
        if (at < expression.length) {
            throw new SyntaxException("a ')' without its '('");
        }
        program.add(new Step.Found());
        return new SafePattern(new String(expression, 0, expression.length), program);
    }

    private List<Step> alternatives() throws SyntaxException {
        List<Step> left = sequence();
        while (at < expression.length && expression[at] == '|') {
            at++;
            List<Step> right = sequence();
            left.addFirst(new Step.Split(1, left.size() + 2));
            left.add(jump(right.size() + 1));
            left.addAll(right);
        }
        return left;
    }

    private List<Step> sequence() throws SyntaxException {
        List<Step> steps = new ArrayList<>();
        while (at < expression.length && expression[at] != '|' && expression[at] != ')') {
            steps.addAll(repeated(atom()));
        }
        return steps;
    }

    private List<Step> repeated(List<Step> steps) throws SyntaxException {
        if (at == expression.length || "*+?".indexOf(expression[at]) < 0) {
            return steps;
        }
        int size = steps.size();
        switch (expression[at++]) {
            case '*' -> {
                steps.addFirst(new Step.Split(1, size + 2));
                steps.add(jump(-size - 1));
            }
            case '+' -> steps.add(new Step.Split(-size, 1));
            default -> steps.addFirst(new Step.Split(1, size + 1));
        }
        if (at < expression.length && "*+?{".indexOf(expression[at]) >= 0) {
            throw new SyntaxException("two repetitions in a row");
        }
        return steps;
    }

    private static Step jump(int distance) {
        return new Step.Split(distance, distance);
    }

    private List<Step> atom() throws SyntaxException {
        int c = expression[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> only(new Step.One(bracket()));
            case '.' -> only(new Step.One(new CharacterSet(List.of(), true)));
            case '^' -> only(new Step.AtStart());
            case '$' -> only(new Step.AtEnd());
            case '\\' -> only(new Step.One(escape()));
            case '*', '+', '?' -> throw new SyntaxException("a repetition of nothing");
            case '{', '}' ->
                throw new SyntaxException("counted repetition is not supported; write \\{ for the character");
            default -> only(new Step.One(single(c)));
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
                new CharacterSet(List.of(new int[] {'a', 'z'}, new int[] {'0', '9'}, new int[] {'_', '_'}), c == 'W');
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
            ranges.addAll(low == high ? single(low).ranges() : List.of(new int[] {low, high}));
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

    private static CharacterSet single(int c) {
        return new CharacterSet(List.of(new int[] {SafePattern.fold(c), SafePattern.fold(c)}), false);
    }

    private static boolean isPlain(int c) {
        return c > 127 || Character.isLetterOrDigit(c) || c == ' ';
    }

    private static List<Step> only(Step step) {
        return new ArrayList<>(List.of(step));
    }

    private static final int LONGEST_EXPRESSION = 500;
    private static final int DEEPEST = 20;
}
