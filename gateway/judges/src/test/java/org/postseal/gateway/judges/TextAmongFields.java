package org.postseal.gateway.judges;

import java.util.Locale;

/** The ways in which a line of text stands among the header fields, so that some program takes it for the body. */
enum TextAmongFields implements Dice.Production {
    NO_COLON("The word is M"),
    COLON_FIRST(": M"),
    BLANK_BEFORE_COLON("Word : M"),
    TAB_BEFORE_COLON("Word\t: M"),
    BLANK_IN_NAME("The word: M"),
    COMMENT_IN_NAME("Word (new): M"),
    CONTROL_IN_NAME("The\u0001word: M"),
    NON_ASCII_NAME("W\u00f6rd: M"),
    MBOX_FROM("From bob: M"),
    BEHIND_A_LINE_WITHOUT_COLON("Dear Rita,\r\nWord: M");

    private final String line;

    TextAmongFields(String line) {
        this.line = line;
    }

    @Override
    public String production() {
        return "text:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String write(String marker) {
        return line.replace("M", marker) + "\r\n";
    }
}
