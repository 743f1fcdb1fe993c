package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.TransferEncoding;

/**
 * Tells whether a signed entity has room for anything that is not signed. If it has, somebody who changes a ciphertext
 * in CBC can put pieces of its text there, and learn something by what becomes of them, although the signed content is
 * unchanged: an odd field in the header section, a preamble, octets among the certificates.
 */
public final class SignedAlone {
    private SignedAlone() {}

    /**
     * Returns true if all that stands beside the signed content comes from closed lists, or is base64. The boundary is
     * free, since it must stand in the body as well.
     *
     * @param root a multipart/signed, or an entity whose body is a signed-data
     * @param header the header section that stood above it under the encryption
     */
    public static boolean is(MimeEntity root, HeaderBlock header) throws IOException {
        MimeEntity.SignedParts parts = root.signedParts().orElse(null);
        return isOfMailPrograms(header)
                && (parts == null
                        ? isBase64(root)
                        : hasNothingBetween(root, parts)
                                && isOfMailPrograms(parts.signature().header())
                                && isBase64(parts.signature()));
    }

    private static boolean isOfMailPrograms(HeaderBlock header) {
        return header.hasEmptyLine()
                && !header.isMalformed()
                && header.fields().stream().allMatch(field -> ObjectFields.isOfMailPrograms(field, header));
    }

    private static boolean isBase64(MimeEntity entity) throws IOException {
        try (InputStream body = LocalOctets.reading(entity.body().open())) {
            return entity.transferEncoding() == TransferEncoding.BASE64 && PlainOctets.isBase64(body);
        }
    }

    /**
     * Returns true for a multipart/signed without text before, between and after its parts, apart from a sentence that
     * mail programs write there.
     */
    static boolean hasNothingBetween(MimeEntity multipart, MimeEntity.SignedParts parts) {
        long start = multipart.offset() + multipart.header().size();
        long content = parts.content().offset();
        MimeEntity signature = parts.signature();
        long behind = signature.offset() + signature.raw().size();
        long end = multipart.offset() + multipart.raw().size();
        String boundary = multipart.contentType().parameter("boundary").orElse("");
        return PREAMBLES.contains(text(multipart, start, content, "--" + boundary))
                && text(multipart, behind, end, "--" + boundary + "--").isEmpty();
    }

    private static String text(MimeEntity entity, long from, long to, String delimiter) {
        long first = from - entity.offset();
        long length = to - from;
        if (first < 0 || length < 0 || length > MOST_BETWEEN) {
            return delimiter;
        }
        try (InputStream in = LocalOctets.reading(entity.raw().from(first).open())) {
            String text = new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1);
            int at = text.indexOf(delimiter);
            return at < 0
                    ? delimiter
                    : LINE_ENDS
                            .matcher(text.substring(0, at) + text.substring(at + delimiter.length()))
                            .replaceAll("");
        } catch (IOException unreadable) {
            return delimiter;
        }
    }

    /** These are written by OpenSSL, Mozilla and Apple's programs. */
    private static final Set<String> PREAMBLES = Set.of(
            "",
            "This is an S/MIME signed message",
            "This is a cryptographically signed message in MIME format.",
            "This is a multi-part message in MIME format.");

    private static final long MOST_BETWEEN = 400;
    private static final Pattern LINE_ENDS = Pattern.compile("\\A(?:\\r\\n)+|(?:\\r\\n)+\\z");
}
