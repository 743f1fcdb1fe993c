package org.postseal.gateway.mail;

import java.io.InputStream;
import java.util.List;
import org.postseal.policy.header.Letters;

/** Names a Content-Transfer-Encoding (RFC 2045 §6). */
public enum TransferEncoding {
    SEVEN_BIT("7bit"),
    EIGHT_BIT("8bit"),
    BINARY("binary"),
    QUOTED_PRINTABLE("quoted-printable"),
    BASE64("base64"),
    /** The name is not registered, or the field is given twice. */
    UNKNOWN("");

    private final String token;

    TransferEncoding(String token) {
        this.token = token;
    }

    /** Returns what the header section says, or 7bit if it says nothing (RFC 2045 §6.1). */
    public static TransferEncoding of(HeaderBlock header) {
        List<HeaderField> fields = header.all(FIELD);
        if (fields.isEmpty()) {
            return SEVEN_BIT;
        }
        return fields.size() == 1 ? parse(fields.getFirst().unfolded()) : UNKNOWN;
    }

    static TransferEncoding parse(String text) {
        FieldLexer lexer = new FieldLexer(text);
        boolean sound = lexer.skipBlanksAndComments();
        String name = Letters.lower(lexer.token());
        sound &= lexer.skipBlanksAndComments() && lexer.isAtEnd();
        for (TransferEncoding encoding : values()) {
            if (sound && encoding != UNKNOWN && encoding.token.equals(name)) {
                return encoding;
            }
        }
        return UNKNOWN;
    }

    /** Returns the name as written in the field. */
    public String token() {
        return token;
    }

    /** Returns true if the octets of the body are the content itself. */
    public boolean isIdentity() {
        return switch (this) {
            case SEVEN_BIT, EIGHT_BIT, BINARY -> true;
            case QUOTED_PRINTABLE, BASE64, UNKNOWN -> false;
        };
    }

    /**
     * Decodes a body while it is read. The stream throws {@link TransferEncodingException} for what the encoding
     * forbids. An unknown encoding gives the octets as they are.
     */
    public InputStream decode(InputStream encoded) {
        return switch (this) {
            case SEVEN_BIT, EIGHT_BIT, BINARY, UNKNOWN -> encoded;
            case QUOTED_PRINTABLE -> new QuotedPrintableInputStream(encoded);
            case BASE64 -> new Base64InputStream(encoded);
        };
    }

    static final String FIELD = "Content-Transfer-Encoding";
}
