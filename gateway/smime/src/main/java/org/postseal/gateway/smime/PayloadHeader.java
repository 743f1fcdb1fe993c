package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;

/** Reads the header section at the root of what a layer covers, which may hold protected fields (RFC 9788 §2.1) or say that there is another layer. */
public final class PayloadHeader {
    private static final SignedDataReader READER = new SignedDataReader(CmsLimits.DEFAULT);

    private PayloadHeader() {}

    /** Of the signature at the root; empty when there is none, or what it covers begins with no header section within the limits. */
    public static Optional<HeaderBlock> signed(MimeEntity root) throws IOException {
        return switch (CmsRoot.of(root)) {
            case CLEAR_SIGNED -> root.signedParts().map(parts -> parts.content().header());
            case OPAQUE_SIGNED -> opaque(root);
            case NONE, CERTIFICATES, ENVELOPED, AUTH_ENVELOPED, COMPRESSED, OTHER, UNREADABLE -> Optional.empty();
        };
    }

    private static Optional<HeaderBlock> opaque(MimeEntity root) throws IOException {
        return head(root, (in, head) -> READER.content(in, root.raw().size(), head));
    }

    /** Of the compressed-data at the root, of which no more is inflated; as {@link #signed}. */
    static Optional<HeaderBlock> compressed(MimeEntity root) throws IOException {
        return head(
                root,
                (in, head) -> new CompressedDataReader(CmsLimits.DEFAULT)
                        .inflate(in, root.raw().size(), new LineNormaliser(head)));
    }

    private interface Take {
        void copy(InputStream in, OutputStream out) throws IOException;
    }

    private static Optional<HeaderBlock> head(MimeEntity root, Take take) throws IOException {
        Head head = new Head();
        try (InputStream in = CmsRoot.content(root)) {
            take.copy(in, head);
        } catch (Head.Complete complete) {
            // the rest is for others
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk.getCause();
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            return Optional.empty();
        }
        return switch (HeaderBlock.read(RawMessage.of(head.octets.toByteArray()), Budget.standard())) {
            case Parsed.Success<HeaderBlock>(HeaderBlock header) when header.hasEmptyLine() -> Optional.of(header);
            case Parsed.Success<HeaderBlock> _, Parsed.Refused<HeaderBlock> _ -> Optional.empty();
        };
    }

    /** Takes octets until a header section must have ended. */
    private static final class Head extends OutputStream {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            octets.write(from, offset, length);
            if (octets.size() > MOST) {
                throw new Complete();
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
