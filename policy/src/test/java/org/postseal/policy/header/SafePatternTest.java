package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "abc       § xABCx    § true",
                "^abc      § xabc     § false",
                "^abc$     § abc      § true",
                "^abc$     § abcd     § false",
                "^(enc|crypt)  § crypto § true",
                "a.c       § a€c      § true",
                "a[0-9]+c  § a12c     § true",
                "a[^0-9]c  § a1c      § false",
                "^[A-F]+$  § badCAFE  § true",
                "^[А-Я]+$  § приВЕТ   § true",
                "^[À-Þ]$   § é        § true",
                "[^Α-Ω]    § αΩ       § false",
                "[^à-þ]    § É        § false",
                "\\[x\\]   § [X]      § true",
                "[\\]x]y   § ]y       § true",
                "\\d\\D\\w\\W\\s\\S § 1aa- x § true",
                "^(a?b?)*$ § ababb    § true",
                "^(a|b|c)+$ § abcd    § false",
                "ß         § Straße   § true",
                "ÄÖ        § äö       § true",
                "()        § x        § true",
                "(^a|b$)   § cb       § true",
                "^$        § x        § false"
            })
    void findsAsWritten(String expression, String text, boolean found) throws SafePattern.SyntaxException {
        assertThat(PatternCompiler.search(expression).isFoundIn(text)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "a*c      § abbbc   § true",
                "a*c      § abbbcd  § false",
                "a?c      § abc     § true",
                "a?c      § ac      § false",
                "*        § ''      § true",
                "[x].(1+) § [X].(1+) § true",
                "a|b      § a       § false",
                "a|b      § A|B     § true"
            })
    void wildcardMatchesTheWhole(String pattern, String text, boolean found) throws SafePattern.SyntaxException {
        assertThat(PatternCompiler.wildcard(pattern).isFoundIn(text)).isEqualTo(found);
    }

    @Test
    void agreesWithAnotherImplementation() throws SafePattern.SyntaxException {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            String expression = expression(random, 3);
            Pattern peer = Pattern.compile(expression);
            SafePattern pattern = PatternCompiler.search(expression);
            for (int i = 0; i < 5; i++) {
                String text = text(random);
                assertThat(pattern.isFoundIn(text))
                        .as(expression + " in " + text)
                        .isEqualTo(peer.matcher(text).find());
            }
        }
    }

    @Test
    void takesLinearTimeWhereOthersBacktrack() {
        String text = "a".repeat(60_000) + "b";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThat(PatternCompiler.search("^(a+)+$").isFoundIn(text)).isFalse();
            assertThat(PatternCompiler.search("^(a|a)*$").isFoundIn(text)).isFalse();
            assertThat(PatternCompiler.wildcard("*a*a*a*a*a*a*a*a*c").isFoundIn(text))
                    .isFalse();
        });
    }

    @Test
    void refusesTooLongAndTooDeep() {
        assertThatThrownBy(() -> PatternCompiler.search("a".repeat(501))).hasMessage("longer than 500 characters");
        assertThatThrownBy(() -> PatternCompiler.search("(".repeat(21) + ")".repeat(21)))
                .hasMessage("nested too deep");
    }

    private static String expression(Random random, int depth) {
        StringBuilder expression = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String atom = switch (random.nextInt(depth > 0 ? 8 : 6)) {
                case 0, 1 -> "a";
                case 2 -> "b";
                case 3 -> ".";
                case 4 -> "[ab]";
                case 5 -> "[^a]";
                case 6 -> "(" + expression(random, depth - 1) + ")";
                default -> "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            };
            expression.append(atom).append(new String[] {"", "", "*", "+", "?"}[random.nextInt(5)]);
        }
        return (random.nextInt(4) == 0 ? "^" : "") + expression + (random.nextInt(4) == 0 ? "$" : "");
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            text.append("abc".charAt(random.nextInt(3)));
        }
        return text.toString();
    }
}
