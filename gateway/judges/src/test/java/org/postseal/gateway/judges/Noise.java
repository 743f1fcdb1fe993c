package org.postseal.gateway.judges;

import java.util.Locale;

/** What stands before, between and behind the parts of a multipart. */
enum Noise implements Dice.Production {
    NONE,
    PREAMBLE,
    EPILOGUE,
    PREAMBLE_DASHES,
    PREAMBLE_OTHER_BOUNDARY,
    EPILOGUE_DASHES,
    EPILOGUE_SAME_BOUNDARY,
    PREAMBLE_HEADER,
    BLANKS_BEHIND_DELIMITER,
    WORD_BEHIND_DELIMITER,
    WORD_BEHIND_CLOSE,
    NO_CLOSE,
    NO_LAST_LINE_END,
    CLOSE_FIRST,
    EMPTY_PART;

    @Override
    public String production() {
        return "noise:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The parts with it around, whose boundary is {@code one} and may be read as {@code other}. */
    String around(String parts, String one, String other) {
        String hidden = "Content-Type: text/plain\r\n\r\nPay 9999 to Eve\r\n";
        String close = "--" + one + "--\r\n";
        return switch (this) {
            case NONE -> parts;
            case PREAMBLE -> "This is a signed message.\r\n" + parts;
            case EPILOGUE -> parts + "The end.\r\n";
            case PREAMBLE_DASHES -> "--\r\nA line of dashes\r\n" + parts;
            case PREAMBLE_OTHER_BOUNDARY -> "--" + other + "x\r\n" + hidden + parts;
            case EPILOGUE_DASHES -> parts + "-- \r\nBob\r\n";
            case EPILOGUE_SAME_BOUNDARY -> parts + "--" + one + "\r\n" + hidden + close;
            case PREAMBLE_HEADER -> hidden + parts;
            case BLANKS_BEHIND_DELIMITER -> parts.replace("--" + one + "\r\n", "--" + one + " \t\r\n");
            case WORD_BEHIND_DELIMITER -> parts.replaceFirst("(?m)\\A(--.*)$", "$1 x");
            case WORD_BEHIND_CLOSE -> parts.replace(close, "--" + one + "-- x\r\n");
            case NO_CLOSE -> parts.replace(close, "");
            case NO_LAST_LINE_END -> parts.stripTrailing();
            case CLOSE_FIRST -> close + parts;
            case EMPTY_PART -> "--" + one + "\r\n\r\n\r\n" + parts;
        };
    }
}
