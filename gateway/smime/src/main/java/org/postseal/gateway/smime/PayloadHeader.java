package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;

/**
 * Describes the header section at the root of what a layer covers. It may hold protected fields (RFC 9788 §2.1) or say
 * that there is another layer.
 *
 * @param header empty if there is none within the limits, or if it is in doubt
 * @param hasOnlyFeeds whether every line of what is covered ends in LF alone; it is read as if that were CRLF
 * @param isInDoubt whether only some mail programs find another layer or protected fields in it, or some take for
 * content what others take for fields
 */
record PayloadHeader(Optional<HeaderBlock> header, boolean hasOnlyFeeds, boolean isInDoubt) {
    /** Writes what a layer covers, as {@link SignedDataReader#content} does. */
    interface Take {
        void copy(OutputStream out) throws IOException;
    }

    /** Reads the header section of a part that is signed beside its signature. */
    static PayloadHeader clear(MimeEntity content) throws IOException {
        return read(content.raw()::writeTo);
    }

    /** Reads the header section of what the signed-data at the root covers. */
    static PayloadHeader opaque(MimeEntity root) throws IOException {
        return read(out -> {
            try (InputStream in = CmsRoot.content(root)) {
                new SignedDataReader().content(in, root.raw().size(), out);
            }
        });
    }

    private static PayloadHeader read(Take take) throws IOException {
        Head head = new Head();
        LineCheck check = new LineCheck(head);
        try {
            take.copy(check);
        } catch (Head.Complete | CmsLimitException enough) {
            // Enough was read. Whoever reads the content later reports what is over a limit.
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk.getCause();
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            return new PayloadHeader(Optional.empty(), false, true);
        }
        boolean hasOnlyFeeds = check.hasBareLineEnd() && !check.hasMixedLineEnds();
        byte[] octets = head.octets.toByteArray();
        return of(hasOnlyFeeds ? withReturns(octets) : octets, hasOnlyFeeds);
    }

    private static PayloadHeader of(byte[] head, boolean hasOnlyFeeds) throws IOException {
        Optional<HeaderBlock> header = switch (HeaderBlock.read(RawMessage.of(head), Budget.standard())) {
            case Parsed.Success<HeaderBlock>(HeaderBlock section) -> Optional.of(section);
            case Parsed.Refused<HeaderBlock> _ -> Optional.empty();
        };
        LooseHeader loose = LooseHeader.ofPayload(head);
        boolean isPlain = header.filter(PlainStructure::hasPlainLines)
                // Some programs skip an empty line before the fields.
                .filter(section -> !section.fields().isEmpty())
                // Of two such fields, some programs take the first, and some the last.
                .filter(section -> section.all("Content-Type").size() <= 1
                        && section.all("Content-Transfer-Encoding").size() <= 1)
                .isPresent();
        boolean isDamaged = !isPlain
                && (loose.isOfContent()
                        || header.filter(PayloadHeader::hasField).isPresent());
        // Nobody has read a section that is over the limits or follows too many empty lines, so it may hold anything.
        boolean isUnread = header.isEmpty() || (head.length > MOST_BLANK && isBlank(head));
        boolean isInDoubt = isUnread
                || isDamaged
                || (loose.saysLayer() && !(isPlain && hasOneType(header.get())))
                || (loose.saysProtected() && !(isPlain && hasReadableType(header.get())));
        return new PayloadHeader(
                header.filter(section -> section.hasEmptyLine() && !isInDoubt), hasOnlyFeeds, isInDoubt);
    }

    private static boolean isBlank(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1).isBlank();
    }

    private static boolean hasField(HeaderBlock header) {
        return header.fields().stream().anyMatch(field -> !field.isMalformed());
    }

    /**
     * Returns true if every program reads the same media type. That is enough here: whether the part is a layer is
     * checked where the layer is read.
     */
    private static boolean hasOneType(HeaderBlock header) {
        return header.single("Content-Type")
                .filter(PlainField::beginsWithMediaType)
                .isPresent();
    }

    private static boolean hasReadableType(HeaderBlock header) {
        List<HeaderField> types = header.all("Content-Type");
        return types.size() == 1
                && ContentType.parse(types.getFirst().unfolded(), Budget.standard())
                        instanceof Parsed.Success<ContentType>(ContentType type)
                && !type.isMalformed()
                && !type.hasDuplicates();
    }

    private static byte[] withReturns(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final int MOST_BLANK = 1024;

    /** Takes octets until a header section must have ended, and takes all of them if its line ends leave a doubt. */
    private static final class Head extends OutputStream {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private boolean hasReturn;

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (octets.size() <= MOST) {
                octets.write(from, offset, length);
            } else if (hasReturn) {
                throw new Complete();
            }
            for (int i = offset; i < offset + length && !hasReturn; i++) {
                hasReturn = from[i] == '\r';
            }
        }

        /** Enough was read. */
        private static final class Complete extends IOException {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable fillInStackTrace() {
                return this;
            }
        }

        private static final int MOST = Budget.Limits.DEFAULT.headerOctets() + 2;
    }
}
