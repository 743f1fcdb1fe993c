package org.postseal.gateway.judges;

import java.util.Locale;

/** The ways to write a recipient of RCPT, so that it is one of ours to one program and somebody outside to another. */
enum LocalPartSpelling implements Dice.Production {
    PLAIN("U@H"),
    OUTSIDE("U@O"),
    PLUS("U+x@H"),
    PLUS_OUTSIDE("U+U=O@H"),
    UPPER("UU@H"),
    UPPER_DOMAIN("U@UH"),
    QUOTED("\"U\"@H"),
    QUOTED_BLANK("\"U x\"@H"),
    QUOTED_PAIR("\"\\U\"@H"),
    PERCENT("U%O@H"),
    PERCENT_QUOTED("\"U%O\"@H"),
    PERCENT_ESCAPED("\"U\\%O\"@H"),
    PERCENT_OWN("U%H@H"),
    PERCENT_TWICE("U%O%H@H"),
    PERCENT_PLUS("U%O+x@H"),
    PERCENT_ALONE("U%@H"),
    PERCENT_FIRST("%U@H"),
    PERCENT_OUTSIDE("U%H@O"),
    BANG("O!U@H"),
    BANG_QUOTED("\"O!U\"@H"),
    BANG_TWICE("H!O!U@H"),
    BANG_OUTSIDE("H!U@O"),
    BANG_PERCENT("O!U%H@H"),
    AT_QUOTED("\"U@O\"@H"),
    AT_QUOTED_OWN("\"U@H\"@H"),
    AT_ESCAPED("U\\@O@H"),
    AT_PERCENT("\"U%O@H\"@H"),
    AT_OUTSIDE("\"U@H\"@O"),
    ROUTE("@O:U@H"),
    ROUTE_QUOTED("\"@O:U\"@H"),
    ROUTE_OWN("@H:U@O"),
    COLON("O:U@H"),
    SLASH("/PN=U/O=O/@H"),
    SUBADDRESS_SRS("SRS0=x=y=O=U@H"),
    SUBDOMAIN("U@mail.H"),
    DOT_AT_END("U@H."),
    LITERAL("U@[127.0.0.1]"),
    PERCENT_LITERAL("U%[127.0.0.1]@H"),
    PIPE("\"|U\"@H"),
    DASH("-U@H"),
    COMMA("\"U,U@O\"@H"),
    ANGLE("\"U<U@O>\"@H"),
    COMMENT("U(c)@H"),
    UTF8("\u00c3\u00bcU@H");

    private final String text;

    LocalPartSpelling(String text) {
        this.text = text;
    }

    @Override
    public String production() {
        return "rcpt:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The path, without its angle brackets, of a user at home (ours) or at another domain outside. */
    String write(String user, String home, String outside) {
        return text.replaceAll("(?<![A-Z])UU(?![A-Z])", user.toUpperCase(Locale.ROOT))
                .replaceAll("(?<![A-Z])UH(?![A-Z])", home.toUpperCase(Locale.ROOT))
                .replaceAll("(?<![A-Z])U(?![A-Z])", user)
                .replaceAll("(?<![A-Z/])O(?![A-Z=])|(?<==)O(?==)|(?<==)O(?=/)", outside)
                .replaceAll("(?<![A-Z])H(?![A-Z])", home);
    }
}
