package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;

/** The ways to write Reply-To outside, where the signed content may protect it. A cut leads the answer elsewhere. */
enum ReplySpelling implements Dice.Production {
    SAME,
    FOLDED,
    QUOTED_NAME,
    ENCODED_NAME,
    EMPTY_QUOTES,
    QUOTES_AROUND,
    ENCODED_AROUND,
    COMMENT,
    OTHER,
    SECOND;

    /** Whom the friend has signed that answers go to. Its beginning is a domain too. */
    static final String ADDRESS = "bob@partner.co.uk";

    static final String SIGNED = "Bob Smith <" + ADDRESS + ">";

    @Override
    public String production() {
        return "reply:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The lines of the field. */
    String write(Dice dice) {
        int from = dice.below(SIGNED.length());
        int to = from + 1 + dice.below(SIGNED.length() - from);
        String before = SIGNED.substring(0, from);
        String part = SIGNED.substring(from, to);
        String behind = SIGNED.substring(to);
        return "Reply-To: "
                + switch (this) {
                    case SAME -> SIGNED;
                    case FOLDED -> SIGNED.replace(" ", "\r\n ");
                    case QUOTED_NAME -> SIGNED.replace("Bob Smith", "\"Bob Smith\"");
                    case ENCODED_NAME -> SIGNED.replace("Bob Smith", "=?utf-8?q?Bob_Smith?=");
                    case EMPTY_QUOTES -> before + "\"\"" + part + behind;
                    case QUOTES_AROUND -> before + "\"" + part + "\"" + behind;
                    case ENCODED_AROUND ->
                        before + dice.pick(List.of("", " ")) + "=?utf-8?b?" + Forge.base64(Forge.octets(part)) + "?="
                                + dice.pick(List.of("", " ")) + behind;
                    case COMMENT -> before + "(x)" + part + behind;
                    case OTHER -> "Eve <eve@evil.example>";
                    case SECOND -> SIGNED + ", eve@evil.example";
                };
    }
}
