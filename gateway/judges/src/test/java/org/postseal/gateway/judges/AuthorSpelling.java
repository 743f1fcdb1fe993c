package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;

/** The ways to write From, for an author and another address that is not the signer's. */
enum AuthorSpelling implements Dice.Production {
    BARE("From: A"),
    NAME("From: Bob <A>"),
    QUOTED_NAME("From: \"Bob, the friend\" <A>"),
    ADDRESS_AS_NAME("From: A <A>"),
    OTHER_AS_NAME("From: O <A>"),
    OTHER_QUOTED("From: \"O\" <A>"),
    ENCODED_NAME("From: =?utf-8?q?B=C3=B6b?= <A>"),
    ENCODED_OTHER("From: =?utf-8?q?<O>?= <A>"),
    ENCODED_ADDRESS("From: =?utf-8?q?O?= <A>"),
    COMMENT_BEHIND("From: A (Bob)"),
    COMMENT_OTHER("From: <A> (O)"),
    COMMENT_BEFORE("From: (O) A"),
    COMMENT_INSIDE("From: Bob <(O)A>"),
    GROUP("From: Friends: A;"),
    TWO("From: A, O"),
    TWO_FIELDS("From: A\r\nFrom: O"),
    TWO_FIELDS_OTHER_FIRST("From: O\r\nFrom: A"),
    ROUTE("From: <@evil.example:A>"),
    UPPER("From: UA"),
    FOLDED("From: Bob\r\n <A>"),
    BLANK_BEFORE_COLON("From : A"),
    BLANK_FIELD_BESIDE("From : O\r\nFrom: A"),
    NUMBERED("From: A\r\nFrom\u00a0: O"),
    SENDER_OTHER("Sender: O\r\nFrom: A"),
    REPLY_TO_OTHER("Reply-To: O\r\nFrom: A"),
    SEMICOLON("From: A; O"),
    TWO_ANGLES("From: <A> <O>"),
    TWO_ANGLES_OTHER_FIRST("From: <O> <A>"),
    QUOTED_PAIR("From: \"\\\"O\\\"\" <A>"),
    UNCLOSED_QUOTE("From: \"Bob <A>"),
    UNCLOSED_COMMENT("From: (Bob <A>"),
    EMPTY_ANGLES("From: <> A"),
    BLANK_AT("From: Q @ D"),
    QUOTED_LOCAL("From: \"Q\"@D"),
    DOT_AT_END("From: A."),
    RESENT_OTHER("Resent-From: O\r\nFrom: A"),
    OTHER_IN_BRACKETS("From: [<O>] <A>"),
    OTHER_AMONG_COMMAS("From: [,O,] x <A>"),
    NESTED_COMMENT("From: (()O) A"),
    ESCAPED_BACKSLASH("From: \"\\\\\"(<O>) <A>"),
    WORDS("From: "),
    WORDS_BEHIND("From: ");

    /** What a name may be made of, and what it may not. */
    private static final List<String> WORD = List.of(
            "x",
            "x.",
            ".x",
            "\"O\"",
            "\"O,\"",
            "\"x\"",
            "\"\\\"\"",
            "\"\r\n \"",
            "=?utf-8?q?x?=",
            "=?utf-8?q?=28?=",
            "=?utf-8?b?PE8+?=",
            "=?utf-8?b?(?=",
            "(x)",
            "(O)",
            "(,O,)",
            "()",
            "[x]",
            "[]",
            "<>",
            "A",
            "O",
            "@",
            ",",
            ":",
            ";",
            "(",
            ")",
            "\"",
            "\\",
            "\u00e9",
            "\u00c3\u00a9");

    private final String text;

    AuthorSpelling(String text) {
        this.text = text;
    }

    @Override
    public String production() {
        return "from:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The lines of the field, and of what stands beside it. */
    String write(String author, String other, Dice dice) {
        int at = author.indexOf('@');
        String written = switch (this) {
            case WORDS -> text + words(dice) + "<A>";
            case WORDS_BEHIND -> text + words(dice) + "<A>" + (dice.once(2) ? " " : "") + words(dice);
            default -> text;
        };
        // The letters that stand for something are no letters of the words around them.
        return written.replaceAll("\\bUA\\b", author.toUpperCase(Locale.ROOT))
                .replaceAll("\\bA\\b", author)
                .replaceAll("\\bO\\b", other)
                .replaceAll("\\bQ\\b", author.substring(0, at))
                .replaceAll("\\bD\\b", author.substring(at + 1));
    }

    private static String words(Dice dice) {
        StringBuilder words = new StringBuilder();
        for (int left = 1 + dice.below(4); left > 0; left--) {
            words.append(dice.pick(WORD)).append(dice.once(3) ? "" : dice.once(6) ? "\r\n " : " ");
        }
        return words.toString();
    }
}
