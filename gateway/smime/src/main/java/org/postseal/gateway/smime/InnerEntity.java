package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.Base64OutputStream;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TransferEncoding;

/**
 * Turns what came out of a cipher into an entity that can be delivered.
 *
 * <p>Design. SMTP carries CRLF only, and an unknown sender wrote the decrypted content. A bare line end that passed
 * could end the data at a careless next hop, so it never passes. Line ends become CRLF, also within multipart/signed. A
 * signature covers the canonical form (RFC 8551 §3.1.1), which this restores; a signature over anything else could not
 * have survived any transport. A single part in binary is put into base64 instead. Content that cannot be carried even
 * so (NUL, binary within a multipart) is not opened.
 *
 * <p>Text without a header section is opened as {@code text/plain} if a tag protects it. Without a tag, it may be all
 * that is left of a message that somebody has cut (EFAIL), so it is opened by the recipient's own setting only. Without
 * that setting, nobody even looks whether it is text.
 *
 * <p>CBC has no integrity, and a changed ciphertext gives blocks of 16 random octets ("gadgets"). In the header section
 * such a block shows as control characters or as invalid UTF-8; then it is no MIME entity. A wrong key shows the same
 * way. In the body, {@link GadgetSigns} looks for it.
 */
final class InnerEntity {
    private final boolean isAuthenticated;
    private final boolean mayMend;
    private final boolean opensHeaderless;
    private final Spool.Scope scope;

    /**
     * @param mayMend whether mixed line ends all become CRLF; for some programs, this changes what somebody signed
     * @param opensHeaderless whether text without a header section is opened as text
     */
    InnerEntity(boolean isAuthenticated, boolean mayMend, boolean opensHeaderless, Spool.Scope scope) {
        this.isAuthenticated = isAuthenticated;
        this.mayMend = mayMend;
        this.opensHeaderless = opensHeaderless;
        this.scope = scope;
    }

    /** Holds the message, or the cause of the failure. */
    sealed interface Result {
        record Made(OpenedMessage message) implements Result {}

        record Failed(OpenResult.Cause cause) implements Result {}
    }

    /**
     * Makes the message: {@code outer} without its Content- fields, with those of the decrypted entity and its body.
     * Other fields of the entity are not promoted.
     *
     * @param check what was seen of {@code plain} while it was written
     */
    Result assemble(HeaderBlock outer, RawMessage plain, LineCheck check) throws IOException {
        if (!check.hasBareLineEnd() && !check.hasNul()) {
            return entity(outer, plain, check);
        }
        if (readHeader(plain) instanceof Parsed.Success<HeaderBlock>(HeaderBlock header) && isSound(header, check)) {
            TransferEncoding encoding = TransferEncoding.of(header);
            boolean leaf = header.all("Content-Type").stream()
                    .noneMatch(field -> field.unfolded().regionMatches(true, 0, "multipart/", 0, 10)
                            || field.unfolded().regionMatches(true, 0, "message/", 0, 8));
            if (leaf && encoding.isIdentity() && (encoding == TransferEncoding.BINARY || check.hasNul())) {
                return made(outer, header, base64Fields(header), base64(plain.from(header.size())), plain);
            }
        }
        if (check.hasNul() || (!mayMend && check.hasMixedLineEnds())) {
            return new Result.Failed(OpenResult.Cause.NOT_CARRIABLE);
        }
        return entity(outer, normalised(plain), check);
    }

    private Result entity(HeaderBlock outer, RawMessage plain, LineCheck check) throws IOException {
        if (!(readHeader(plain) instanceof Parsed.Success<HeaderBlock>(HeaderBlock header))
                || !isSound(header, check)) {
            return headerless(outer, plain, check);
        }
        return made(outer, header, contentFields(header, false), plain.from(header.size()), plain);
    }

    private Result headerless(HeaderBlock outer, RawMessage plain, LineCheck check) throws IOException {
        Optional<HeaderlessText> text =
                opensHeaderless ? HeaderlessText.of(plain, check.hasEightBit(), isAuthenticated) : Optional.empty();
        if (text.isEmpty()) {
            return new Result.Failed(OpenResult.Cause.NOT_MIME);
        }
        byte[] fields = text.get().fields();
        RawMessage body = text.get().hasLongLine() ? base64(plain) : plain;
        return switch (readHeader(RawMessage.of(fields))) {
            case Parsed.Success<HeaderBlock>(HeaderBlock ours) ->
                new Result.Made(new OpenedMessage(
                        Entities.message(outer, fields, body), ours, plain, OpenedMessage.Start.NO_HEADER));
            case Parsed.Refused<HeaderBlock> _ -> new Result.Failed(OpenResult.Cause.NOT_MIME);
        };
    }

    private Result made(HeaderBlock outer, HeaderBlock inner, byte[] contentFields, RawMessage body, RawMessage plain) {
        OpenedMessage.Start start = isAuthenticated ? OpenedMessage.Start.HEADER : start(inner);
        return new Result.Made(new OpenedMessage(Entities.message(outer, contentFields, body), inner, plain, start));
    }

    private static Parsed<HeaderBlock> readHeader(RawMessage plain) throws IOException {
        return HeaderBlock.read(plain, Budget.standard());
    }

    private boolean isSound(HeaderBlock header, LineCheck check) {
        return header.hasEmptyLine() && !header.isMalformed() && (isAuthenticated || isText(header, check));
    }

    // Once in thirty thousand times, a wrong key makes valid padding and a line end in front, which looks like a header
    // section without fields. Without fields the body is ASCII (RFC 2045 §5.2), which those octets are not.
    private static boolean isText(HeaderBlock header, LineCheck check) {
        return header.fields().isEmpty()
                ? !check.hasNul() && !check.hasEightBit()
                : header.fields().stream().allMatch(InnerEntity::isText);
    }

    /**
     * Says whether a header section may be what is left of a ciphertext in CBC which somebody has cut. They choose the
     * first 16 octets of what is left if they know the 16 octets that stood there, while the rest is what the sender
     * wrote. If that could be opened, they would read the rest of the line, or learn whether they have guessed what
     * stood there.
     *
     * <p>So what stands behind the first 16 octets must be what only a header section has: the rest of a Content-Type
     * with a known type, or of a Content-Transfer-Encoding before it. Where a sender has written that, the 16 octets
     * before it are no secret. Shorter fields, and those that may hold any text, cannot stand first.
     */
    private static OpenedMessage.Start start(HeaderBlock header) {
        List<String> fields = header.fields().stream()
                .map(field -> new String(field.raw(), StandardCharsets.ISO_8859_1))
                .dropWhile(field -> ENCODING.matcher(field).matches())
                .toList();
        if (isType(fields)) {
            return OpenedMessage.Start.HEADER;
        }
        boolean isVersion = !fields.isEmpty() && fields.getFirst().equalsIgnoreCase("MIME-Version: 1.0\r\n");
        return isVersion && isType(fields.subList(1, fields.size()))
                ? OpenedMessage.Start.VERSION
                : OpenedMessage.Start.MAY_BE_CUT;
    }

    private static boolean isType(List<String> fields) {
        return !fields.isEmpty() && TYPE.matcher(fields.getFirst()).lookingAt();
    }

    private static boolean isText(HeaderField field) {
        for (byte octet : field.raw()) {
            boolean blank = octet == '\t' || octet == '\r' || octet == '\n';
            if (octet == 127 || (octet >= 0 && octet < ' ' && !blank)) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(field.raw()));
            return true;
        } catch (CharacterCodingException garbage) {
            return false;
        }
    }

    private static byte[] contentFields(HeaderBlock header, boolean withoutEncoding) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        header.fields().stream()
                .filter(Entities::isContentField)
                .filter(field -> !withoutEncoding || !field.is("Content-Transfer-Encoding"))
                .forEach(field -> fields.writeBytes(field.raw()));
        return fields.toByteArray();
    }

    private static byte[] base64Fields(HeaderBlock header) {
        return org.bouncycastle.util.Arrays.concatenate(
                contentFields(header, true), Entities.ascii("Content-Transfer-Encoding: base64\r\n"));
    }

    private RawMessage base64(RawMessage body) throws IOException {
        Spool spool = scope.newSpool();
        try (OutputStream out = new Base64OutputStream(spool)) {
            body.writeTo(out);
        }
        return spool.finish();
    }

    private RawMessage normalised(RawMessage plain) throws IOException {
        Spool spool = scope.newSpool();
        try (OutputStream out = new LineNormaliser(spool)) {
            plain.writeTo(out);
        }
        return spool.finish();
    }

    private static final Pattern ENCODING = Pattern.compile(
            "content-transfer-encoding: (?:7bit|8bit|binary|base64|quoted-printable)\r\n", Pattern.CASE_INSENSITIVE);
    // Two letters of the type are within the first 16 octets, and a text may hold the rest of it and a slash. So the
    // subtypes are listed.
    private static final Pattern TYPE = Pattern.compile(
            "content-type: (?:text/(?:plain|html|calendar|csv|enriched|markdown|richtext|rtf|vcard|x-vcard|xml)"
                    + "|multipart/(?:alternative|digest|encrypted|mixed|parallel|related|report|signed)"
                    + "|application/(?:(?:vnd\\.|x-)[a-z0-9.+_-]++|csv|edifact|edi-(?:consent|x12)|gzip|ics|json"
                    + "|ms-tnef|msword|octet-stream|pdf|pgp-encrypted|pgp-keys|pkcs7-(?:mime|signature)|postscript"
                    + "|rtf|xml|zip)"
                    + "|message/(?:delivery-status|disposition-notification|rfc822)"
                    + "|image/(?:bmp|gif|heic|jpeg|png|svg\\+xml|tiff|webp)"
                    + "|audio/(?:aac|mp4|mpeg|ogg|wav|x-wav)|video/(?:mp4|mpeg|ogg|quicktime|webm))"
                    + "[ \t]*+(?:;|\r\n)",
            Pattern.CASE_INSENSITIVE);
}
