package org.postseal.gateway.smime.protect;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TransferEncoding;
import org.postseal.policy.header.EncodedWords;

/**
 * Writes the hidden Subject into the text of a message, for mail programs that do not know header protection (RFC 9788
 * §5.2.2), and takes it out again. It stands in the main body parts. Used for one message.
 */
final class LegacyDisplay {
    private final Spool.Scope scope;

    LegacyDisplay(Spool.Scope scope) {
        this.scope = scope;
    }

    /**
     * Holds an entity whose body was changed.
     *
     * @param header of the root; only its Content- fields may differ
     * @param parts how many of the main body parts were changed
     */
    record Changed(HeaderBlock header, RawMessage body, int parts) {}

    /** Writes the Subject into each main body part whose character set can say it. */
    Changed write(MimeEntity root, HeaderBlock header, HeaderField subject) throws IOException {
        // RFC 9788 §10.3: it stands there as a person reads it, on one line.
        String line = "Subject: " + EncodedWords.decode(subject.unfolded()).replaceAll("\\p{Cntrl}", " ");
        return change(
                root, header, leaf -> leaf.contentType().is("text", "html") ? html(leaf, line) : plain(leaf, line));
    }

    /** Removes what {@link #write}, or another program, put into the main body parts that say so. */
    Changed remove(MimeEntity root, HeaderBlock header) throws IOException {
        return change(root, header, leaf -> {
            if (!isMarked(leaf)) {
                return Optional.empty();
            }
            return leaf.contentType().is("text", "html") ? withoutHtml(leaf) : withoutPlain(leaf);
        });
    }

    /** Returns true for a main body part that says that a program has written into it. */
    static boolean isMarked(MimeEntity leaf) {
        return leaf.contentType().parameter(PARAMETER).filter("1"::equals).isPresent();
    }

    private interface Change {
        Optional<Leaf> of(MimeEntity leaf) throws IOException;
    }

    private record Leaf(HeaderBlock header, RawMessage body) {}

    private static Changed change(MimeEntity root, HeaderBlock header, Change change) throws IOException {
        List<Splice> splices = new ArrayList<>();
        int parts = 0;
        for (MimeEntity leaf : MainBody.parts(root)) {
            Optional<Leaf> made = change.of(leaf);
            if (made.isEmpty()) {
                continue;
            }
            parts++;
            Leaf changed = made.get();
            if (leaf.depth() == root.depth()) {
                return new Changed(withContentFields(header, changed.header), changed.body, parts);
            }
            splices.add(Splice.of(
                    root, leaf, RawMessage.join(List.of(RawMessage.of(changed.header.toByteArray()), changed.body))));
        }
        return new Changed(header, Splice.apply(root.body(), splices), parts);
    }

    private static HeaderBlock withContentFields(HeaderBlock header, HeaderBlock changed) {
        HeaderBlock mapped = header.mapped(field -> Fields.lower(field).startsWith("content-")
                ? changed.single(field.name()).or(() -> Optional.of(field))
                : Optional.of(field));
        boolean isNew = header.all(ENCODING).isEmpty();
        return isNew ? mapped.withOnTop(changed.all(ENCODING)) : mapped;
    }

    private Optional<Leaf> plain(MimeEntity leaf, String line) throws IOException {
        Optional<byte[]> text = charset(leaf).flatMap(charset -> encoded(charset, line + "\r\n\r\n"));
        return text.isEmpty() ? Optional.empty() : replaced(leaf, 0, 0, text.get(), true);
    }

    private Optional<Leaf> html(MimeEntity leaf, String line) throws IOException {
        if (charset(leaf).isEmpty()) {
            return Optional.empty();
        }
        int start = behindBodyTag(new BodyText(leaf, scope).start());
        if (start < 0) {
            return Optional.empty();
        }
        StringBuilder escaped = new StringBuilder();
        line.codePoints().forEach(c -> {
            boolean isPlain = c < 127 && "<>'\"&".indexOf(c) < 0;
            escaped.append(isPlain ? Character.toString(c) : "&#" + c + ";");
        });
        String element = DIVISION + "\r\n<pre>" + escaped + "</pre>\r\n</div>\r\n";
        return replaced(leaf, start, 0, element.getBytes(StandardCharsets.US_ASCII), true);
    }

    private Optional<Leaf> withoutPlain(MimeEntity leaf) throws IOException {
        String text = new BodyText(leaf, scope).start();
        int blank = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n") + 2;
        return blank == 1 ? Optional.empty() : replaced(leaf, 0, blank + 2, NOTHING, false);
    }

    private Optional<Leaf> withoutHtml(MimeEntity leaf) throws IOException {
        String text = new BodyText(leaf, scope).start();
        Matcher element = ELEMENT.matcher(text);
        Matcher next = DIVISION_TAG.matcher(text);
        boolean isClosed = element.find() && next.find(element.end()) && text.startsWith("</div>", next.start());
        if (!isClosed) {
            return Optional.empty();
        }
        int end = next.end() + 1;
        int length = (text.startsWith("\r\n", end) ? end + 2 : end) - element.start();
        return replaced(leaf, element.start(), length, NOTHING, false);
    }

    /** Returns where the content of the body element begins; -1 if there is none. */
    private static int behindBodyTag(String html) {
        Matcher body = BODY.matcher(html);
        if (!body.find()) {
            return -1;
        }
        char quote = 0;
        for (int i = body.end(); i < html.length(); i++) {
            char c = html.charAt(i);
            if (quote == 0 && c == '>') {
                return i + 1;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
        }
        return -1;
    }

    private Optional<Leaf> replaced(MimeEntity leaf, int offset, int length, byte[] with, boolean isMarked)
            throws IOException {
        Optional<HeaderField> type = leaf.header().single(ContentTypeField.NAME);
        Optional<RawMessage> body = new BodyText(leaf, scope).replaced(offset, length, with);
        boolean isWhole = leaf.header().hasEmptyLine() && type.isPresent();
        if (!isWhole || body.isEmpty()) {
            return Optional.empty();
        }
        boolean isEightBit = leaf.transferEncoding() == TransferEncoding.SEVEN_BIT && !isAscii(with);
        HeaderBlock header = leaf.header().mapped(field -> {
            if (field.is(ContentTypeField.NAME)) {
                HeaderField bare = ContentTypeField.without(field, Set.of(PARAMETER));
                return Optional.of(isMarked ? ContentTypeField.with(bare, PARAMETER, "1") : bare);
            }
            return isEightBit && field.is(ENCODING) ? Optional.empty() : Optional.of(field);
        });
        return Optional.of(new Leaf(isEightBit ? header.withOnTop(List.of(EIGHT_BIT)) : header, body.get()));
    }

    /** Returns the character set of a leaf, if it names one that leaves ASCII as it is. */
    private static Optional<Charset> charset(MimeEntity leaf) {
        try {
            Charset charset =
                    Charset.forName(leaf.contentType().parameter("charset").orElse("us-ascii"));
            return encoded(charset, "Subject: ")
                    .filter(octets -> java.util.Arrays.equals(octets, "Subject: ".getBytes(StandardCharsets.US_ASCII)))
                    .map(_ -> charset);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> encoded(Charset charset, String text) {
        if (!charset.canEncode()) {
            return Optional.empty();
        }
        try {
            java.nio.ByteBuffer octets = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] array = new byte[octets.remaining()];
            octets.get(array);
            return Optional.of(array);
        } catch (CharacterCodingException notInIt) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    static final String PARAMETER = "hp-legacy-display";

    private static final String ENCODING = "Content-Transfer-Encoding";
    private static final HeaderField EIGHT_BIT =
            HeaderField.of((ENCODING + ": 8bit\r\n").getBytes(StandardCharsets.US_ASCII));
    private static final String CLASS = "header-protection-legacy-display";
    private static final String DIVISION = "<div class=\"" + CLASS + "\">";
    private static final byte[] NOTHING = {};
    // There are no repeated groups: their matcher calls itself, and anybody may have written this text.
    private static final Pattern BODY = Pattern.compile("<body(?=[\\s>])", Pattern.CASE_INSENSITIVE);
    private static final Pattern ELEMENT =
            Pattern.compile("<div\\s++class=[\"']?" + CLASS + "[\"']?\\s*+>", Pattern.CASE_INSENSITIVE);
    private static final Pattern DIVISION_TAG = Pattern.compile("</?div(?=[\\s>])", Pattern.CASE_INSENSITIVE);
}
