package org.postseal.gateway.smime.protect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
     * All words but the boundary come from closed lists, since a type or a charset may be a text of the sender's own.
     */
    private static boolean tellsOfContent(MimeEntity root) {
        return !root.header().fields().stream().filter(Enclosed::isContentField).allMatch(field -> {
            Pattern known = HOW_TO_READ.get(Fields.lower(field));
            return known != null && known.matcher(field.unfolded().strip()).matches();
        });
    }

    private static boolean isContentField(HeaderField field) {
        return Fields.lower(field).startsWith("content-");
    }

    private static Pattern words(String words) {
        return Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";

    private static final Map<String, Pattern> HOW_TO_READ = Map.of(
            "content-type",
                    words("(?:text/(?:plain|html|calendar)|multipart/(?:alternative|mixed|related|report|signed)"
                            + "|application/(?:x-)?pkcs7-mime)"
                            + "(?:[ \t]*;[ \t]*(?:charset=\"?(?:us-ascii|utf-8|iso-8859-[0-9]{1,2}|windows-125[0-9]"
                            + "|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis|iso-2022-jp)\"?"
                            + "|boundary=(?:[0-9a-z_.+-]{1,70}|\"[0-9a-z'()+_,./:=? -]{1,70}\")"
                            + "|format=\"?(?:flowed|fixed)\"?|delsp=\"?(?:yes|no)\"?"
                            + "|hp=\"?(?:clear|cipher)\"?|hp-legacy-display=\"?1\"?"
                            + "|method=\"?(?:publish|request|reply|add|cancel|refresh|counter|declinecounter)\"?"
                            + "|component=\"?v(?:event|todo|journal|freebusy)\"?"
                            + "|type=\"?(?:text/(?:plain|html)|multipart/alternative)\"?"
                            + "|report-type=\"?(?:delivery-status|disposition-notification)\"?"
                            + "|smime-type=\"?(?:signed-data|enveloped-data|authenveloped-data|compressed-data)\"?"
                            + "|protocol=\"?application/(?:x-)?pkcs7-signature\"?"
                            + "|micalg=\"?(?:unknown|(?:(?:md|sha|shake)[0-9-]{1,5},? ?){1,3})\"?)){0,8};?"),
            "content-transfer-encoding", words("7bit|8bit|binary|base64|quoted-printable"),
            "content-disposition", words("inline|attachment"),
            "content-language", words("[a-z]{2,3}(?:-[a-z]{4})?(?:-[a-z]{2})?"));
}
