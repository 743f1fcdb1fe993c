package org.postseal.gateway.judges;

import java.util.Base64;
import java.util.Locale;

/** The ways to write octets in base64. */
enum Base64Spelling implements Dice.Production {
    LINES,
    ONE_LINE,
    SHORT_LINES,
    ODD_LINES,
    BLANK_LINES,
    BLANKS,
    JUNK_BEFORE,
    JUNK_WITHIN,
    JUNK_BEHIND,
    WORDS_BEHIND,
    MORE_BEHIND_PADDING,
    NO_PADDING,
    TEXT_FIRST;

    @Override
    public String production() {
        return "base64:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The octets; whole lines, of which the last one has an end too. */
    String write(byte[] octets) {
        String lines = Forge.base64(octets) + "\r\n";
        String one = Base64.getEncoder().encodeToString(octets);
        return switch (this) {
            case LINES -> lines;
            case ONE_LINE -> one.length() > 900 ? lines : one + "\r\n";
            case SHORT_LINES -> one.replaceAll(".{4}", "$0\r\n") + "\r\n";
            case ODD_LINES -> one.replaceAll(".{61}", "$0\r\n") + "\r\n";
            case BLANK_LINES -> lines.replace("\r\n", "\r\n\r\n");
            case BLANKS -> lines.replace("\r\n", " \t\r\n ");
            case JUNK_BEFORE -> "!\r\n" + lines;
            case JUNK_WITHIN -> lines.substring(0, 7) + "*" + lines.substring(7);
            case JUNK_BEHIND -> lines + "*\r\n";
            case WORDS_BEHIND -> lines + "\r\nPay 9999 to Eve\r\n";
            case MORE_BEHIND_PADDING -> lines + Forge.base64(Forge.octets("Pay 9999")) + "\r\n";
            case NO_PADDING -> lines.replace("=", "");
            case TEXT_FIRST -> "Pay 9999 to Eve:\r\n\r\n" + lines;
        };
    }
}
