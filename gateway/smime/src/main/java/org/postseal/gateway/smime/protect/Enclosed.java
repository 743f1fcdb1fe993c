package org.postseal.gateway.smime.protect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TransferEncoding;

/**
 * Makes an opened message whose header section says no more than that of the encrypted one did. The opened content
 * becomes the only part of a multipart/mixed, and has there the fields that stood inside.
 *
 * <p>The next hop's bounce returns the header section to MAIL FROM (RFC 3461 §5.2.1), which may be somebody who has
 * sent the author's ciphertext once more. A hidden Subject is shown in the text, as RFC 9788 §5.2.2 does it.
 */
public final class Enclosed {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Enclosed() {}

    /**
     * Returns the message. It is changed only if its Content- fields, or fields that may have been hidden, have
     * something to tell.
     *
     * @param root as opened: the outer header section with the Content- fields of the payload
     * @param isSigned whether a signature stands at its root; it is not moved then, and the protected fields stay under
     * the signature
     */
    public static RawMessage of(MimeEntity root, Optional<HeaderReading> reading, boolean isSigned, Spool.Scope scope)
            throws IOException {
        List<HeaderField> inside = reading.map(HeaderReading::mayBeHidden).orElse(List.of());
        if (isSigned || (inside.isEmpty() && !tellsOfContent(root))) {
            return root.raw();
        }
        Optional<HeaderField> subject =
                inside.stream().filter(field -> field.is(Fields.SUBJECT)).findFirst();
        boolean isShown = MainBody.parts(root).stream().anyMatch(LegacyDisplay::isMarked);
        LegacyDisplay.Changed content = subject.isPresent() && !isShown
                ? new LegacyDisplay(scope).write(root, root.header(), subject.get())
                : new LegacyDisplay.Changed(root.header(), root.body(), 0);
        return enclose(content.header(), content.body(), inside);
    }

    private static RawMessage enclose(HeaderBlock header, RawMessage body, List<HeaderField> inside) {
        byte[] octets = new byte[20];
        RANDOM.nextBytes(octets);
        String boundary = "=_" + HexFormat.of().formatHex(octets);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(header.without(Enclosed::isContentField).fieldOctets());
        head.writeBytes(ascii("Content-Type: multipart/mixed;\r\n\tboundary=\"" + boundary + "\"\r\n"));
        TransferEncoding encoding = TransferEncoding.of(header);
        if (encoding.isIdentity() && encoding != TransferEncoding.SEVEN_BIT) {
            // RFC 2045 §6.4: a multipart has the encoding of its parts.
            header.all(TRANSFER_ENCODING).forEach(field -> head.writeBytes(field.raw()));
        }
        head.writeBytes(ascii("\r\n--" + boundary + "\r\n"));
        inside.forEach(field -> head.writeBytes(field.raw()));
        header.fields().stream().filter(Enclosed::isContentField).forEach(field -> head.writeBytes(field.raw()));
        head.writeBytes(ascii("\r\n"));
        return RawMessage.join(
                List.of(RawMessage.of(head.toByteArray()), body, RawMessage.of(ascii("\r\n--" + boundary + "--\r\n"))));
    }

    /**
     * Returns true if the fields tell more than how the content is to be read, such as a file name or a description.
     */
    private static boolean tellsOfContent(MimeEntity root) {
        return root.header().fields().stream().filter(Enclosed::isContentField).anyMatch(field -> {
            String value = field.unfolded().strip().toLowerCase(Locale.ROOT);
            return switch (Fields.lower(field)) {
                case "content-type" -> tellsOfContent(root.contentType());
                case "content-disposition" -> !value.equals("inline") && !value.equals("attachment");
                case "content-transfer-encoding", "content-language" -> false;
                default -> true;
            };
        });
    }

    private static boolean tellsOfContent(ContentType type) {
        return type.isMalformed()
                || type.parameters().stream()
                        .anyMatch(parameter ->
                                !HOW_TO_READ.contains(parameter.name().toLowerCase(Locale.ROOT)));
    }

    private static boolean isContentField(HeaderField field) {
        return Fields.lower(field).startsWith("content-");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";
    private static final Set<String> HOW_TO_READ = Set.of(
            "boundary",
            "charset",
            "component",
            "delsp",
            "format",
            "hp",
            "hp-legacy-display",
            "method",
            "micalg",
            "protocol",
            "report-type",
            "smime-type",
            "start",
            "type");
}
