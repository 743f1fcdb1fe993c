package org.postseal.gateway.judges;

import java.util.Locale;

/** The line ends of content that no SMTP server has seen, since it lies in base64. */
enum LineEnds implements Dice.Production {
    CRLF,
    LF,
    CR,
    FIRST_LF,
    FIRST_CR,
    LAST_OF_HEADER_LF,
    HEADER_LF,
    HEADER_CR,
    BODY_LF,
    CR_CRLF;

    @Override
    public String production() {
        return "line-ends:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The entity, whose lines end in CRLF, with these line ends. */
    String write(String entity) {
        int header = entity.indexOf("\r\n\r\n");
        int cut = header < 0 ? 0 : header + 4;
        String head = entity.substring(0, cut);
        String body = entity.substring(cut);
        return switch (this) {
            case CRLF -> entity;
            case LF -> entity.replace("\r\n", "\n");
            case CR -> entity.replace("\r\n", "\r");
            case FIRST_LF -> entity.replaceFirst("\r\n", "\n");
            case FIRST_CR -> entity.replaceFirst("\r\n", "\r");
            case LAST_OF_HEADER_LF -> cut == 0 ? entity : head.substring(0, cut - 4) + "\n\r\n" + body;
            case HEADER_LF -> head.replace("\r\n", "\n") + body;
            case HEADER_CR -> head.replace("\r\n", "\r") + body;
            case BODY_LF -> head + body.replace("\r\n", "\n");
            case CR_CRLF -> head.replaceFirst("\r\n", "\r\r\n") + body;
        };
    }
}
