package org.postseal.gateway.smime.protect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/**
 * Makes the form in which a ciphertext leaves after a key of ours was tried: the only part of a multipart/mixed, under
 * the header section that came. The part is the content if it was opened, and else the message as it came.
 *
 * <p>A bounce returns the header section to MAIL FROM (RFC 3461 §5.2.1), which may be somebody who has sent the
 * author's ciphertext once more, changed or not. In this form, it tells neither what was encrypted nor whether it was
 * opened. A hidden Subject is shown in the text, as RFC 9788 §5.2.2 does it.
 *
 * <p>A filter behind us may write a hash of the body into the header section (DKIM, ARC). The part begins with a random
 * field, so that nobody who sees only the header section can guess the body and compare the hash.
 */
public final class Enclosed {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Enclosed() {}

    /**
     * Returns the message with the opened content as its part.
     *
     * @param outer the header section of the message as it came
     * @param root the opened message, of which the Content- fields and the body count
     */
    public static RawMessage opened(
            HeaderBlock outer, MimeEntity root, Optional<HeaderReading> reading, Spool.Scope scope) throws IOException {
        List<HeaderField> inside = reading.map(HeaderReading::mayBeHidden).orElse(List.of());
        Optional<HeaderField> subject =
                inside.stream().filter(field -> field.is(Fields.SUBJECT)).findFirst();
        boolean isShown = MainBody.parts(root).stream().anyMatch(LegacyDisplay::isMarked);
        LegacyDisplay.Changed content = subject.isPresent() && !isShown
                ? new LegacyDisplay(scope).write(root, root.header(), subject.get())
                : new LegacyDisplay.Changed(root.header(), root.body(), 0);
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        inside.forEach(field -> fields.writeBytes(field.raw()));
        content.header().fields().stream()
                .filter(Enclosed::isContentField)
                .forEach(field -> fields.writeBytes(field.raw()));
        return enclose(outer, fields.toByteArray(), content.body());
    }

    /**
     * Returns the message with all of it, as it came, as its part.
     *
     * @param outer its header section
     */
    public static RawMessage closed(HeaderBlock outer, RawMessage message) {
        return enclose(outer, ascii(ATTACHED), message);
    }

    private static RawMessage enclose(HeaderBlock outer, byte[] fields, RawMessage body) {
        String boundary = "=_" + random(20);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(outer.without(field -> isContentField(field) || field.is("MIME-Version"))
                .fieldOctets());
        // RFC 2045 §6.4: a multipart may say 8bit whatever its parts are, and must if one of them is.
        head.writeBytes(ascii("MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"" + boundary
                + "\"\r\n" + "Content-Transfer-Encoding: 8bit\r\n\r\n--" + boundary + "\r\n"));
        // It comes first, so that a hash over the beginning of the body has it too (DKIM's l=).
        head.writeBytes(ascii(SALT + ": " + random(16) + "\r\n"));
        head.writeBytes(fields);
        head.writeBytes(ascii("\r\n"));
        return RawMessage.join(
                List.of(RawMessage.of(head.toByteArray()), body, RawMessage.of(ascii("\r\n--" + boundary + "--\r\n"))));
    }

    /** Returns random octets as hexadecimal digits. */
    private static String random(int octets) {
        byte[] random = new byte[octets];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static boolean isContentField(HeaderField field) {
        return Fields.lower(field).startsWith("content-");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** RFC 2046 §5.1 lets a part have such a field, and gives it no meaning. */
    private static final String SALT = "X-Postseal-Salt";

    private static final String ATTACHED = "Content-Type: message/rfc822\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n"
            + "Content-Disposition: attachment; filename=\"encrypted.eml\"\r\n";
}
