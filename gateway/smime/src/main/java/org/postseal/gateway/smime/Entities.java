package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.RawMessage;

/**
 * Parts a message into the header section that stays outside and the entity that is protected, and puts one together
 * again. The structural fields of RFC 9788 §1.1.1 other than MIME-Version go with the entity. Every other field stays
 * outside, octet for octet and in order.
 */
final class Entities {
    private Entities() {}

    static boolean isContentField(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT).startsWith("content-");
    }

    /** Returns the entity of a message: its Content- fields, or an explicit text/plain, and its body. */
    static RawMessage entity(RawMessage message, HeaderBlock header) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        header.fields().stream().filter(Entities::isContentField).forEach(field -> fields.writeBytes(line(field)));
        if (header.all("Content-Type").isEmpty()) {
            fields.writeBytes(PLAIN_TEXT);
        }
        return entity(fields.toByteArray(), message.from(header.size()));
    }

    static RawMessage entity(byte[] contentFields, RawMessage body) {
        return RawMessage.join(List.of(RawMessage.of(contentFields), RawMessage.of(CRLF), body));
    }

    /**
     * Makes a message with new content.
     *
     * @param outer header of the message; its Content- fields do not come along
     * @param contentFields the new ones, whole fields
     * @param body what stands after the empty line
     */
    static RawMessage message(HeaderBlock outer, byte[] contentFields, RawMessage body) {
        boolean versioned = outer.single(MIME_VERSION).isPresent();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(outer.without(field -> isContentField(field) || (!versioned && field.is(MIME_VERSION)))
                .fieldOctets());
        if (!versioned) {
            head.writeBytes(ascii(MIME_VERSION + ": 1.0\r\n"));
        }
        head.writeBytes(contentFields);
        head.writeBytes(CRLF);
        return RawMessage.join(List.of(RawMessage.of(head.toByteArray()), body));
    }

    /** Returns the fields of an entity that is a CMS object in base64 (RFC 8551 §3.2). */
    static byte[] cmsFields(String smimeType) {
        return ascii("Content-Type: application/pkcs7-mime; smime-type=" + smimeType + ";\r\n"
                + "\tname=\"smime.p7m\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
                + "Content-Description: S/MIME cryptographic message\r\n");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the field, ended by CRLF even if the message ended within it. */
    static byte[] line(HeaderField field) {
        byte[] raw = field.raw();
        boolean ended = raw.length > 1 && raw[raw.length - 1] == '\n';
        return ended ? raw : org.bouncycastle.util.Arrays.concatenate(raw, CRLF);
    }

    private static final String MIME_VERSION = "MIME-Version";
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] PLAIN_TEXT = ascii("Content-Type: text/plain; charset=us-ascii\r\n");
}
