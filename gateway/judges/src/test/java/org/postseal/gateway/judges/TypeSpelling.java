package org.postseal.gateway.judges;

import java.util.Locale;

/** The ways to write a media type. */
enum TypeSpelling implements Dice.Production {
    PLAIN("T/S"),
    UPPER("T/S") {
        @Override
        String write(String type) {
            return type.toUpperCase(Locale.ROOT);
        }
    },
    BLANKS_AROUND_SLASH("T / S"),
    BLANK_BEFORE_SLASH("T /S"),
    COMMENT_BEFORE("(c) T/S"),
    COMMENT_BEHIND("T/S (c)"),
    COMMENT_GLUED("T/S(c)"),
    COMMENT_AT_SLASH("T/(c)S"),
    COMMENT_WITH_TYPE("(text/plain) T/S"),
    QUOTED("\"T\"/S"),
    QUOTED_ALL("\"T/S\""),
    ENCODED_WORD("=?us-ascii?q?T/S?="),
    FOLDED_AT_ONCE("\r\n T/S"),
    TAB("\tT/S"),
    TRAILING_WORD("T/S x"),
    TRAILING_COMMA("T/S, text/plain"),
    NON_ASCII("T/S\u00a0"),
    SEMICOLON_FIRST("; T/S");

    private final String text;

    TypeSpelling(String text) {
        this.text = text;
    }

    @Override
    public String production() {
        return "type:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String write(String type) {
        int slash = type.indexOf('/');
        return text.replace("T", "\0").replace("S", type.substring(slash + 1)).replace("\0", type.substring(0, slash));
    }
}
