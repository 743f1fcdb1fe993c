package org.postseal.gateway.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.outcome.Reason;

/** Holds what is known of an entity that {@link MimeScanner} is walking. Not thread-safe. */
final class OpenEntity {
    final long offset;
    final int depth;
    final ContentType defaultType;
    final HeaderReader reader;
    final Set<MimeFinding> findings = EnumSet.noneOf(MimeFinding.class);
    final List<MimeEntity> parts = new ArrayList<>();
    ContentType contentType = ContentType.TEXT_PLAIN;
    TransferEncoding transferEncoding = TransferEncoding.SEVEN_BIT;
    /** This is set once the header section has been read. */
    @Nullable
    RawHeaderBlock header;
    /** Holds {@code --boundary} if this is a multipart. */
    byte @Nullable [] delimiter;

    boolean ended;

    /** Becomes false with the first line of its own, after the header section, that a mail system may change. */
    boolean hasPlainLines = true;

    OpenEntity(long offset, int depth, ContentType defaultType, Budget.Limits limits) {
        this.offset = offset;
        this.depth = depth;
        this.defaultType = defaultType;
        this.reader = new HeaderReader(limits);
    }

    /** Takes the header section as read and finds out what the entity is; returns the refusal, or null. */
    Parsed.@Nullable Refused<MimeEntity> endHeader(Budget budget) {
        RawHeaderBlock block = reader.block();
        header = block;
        if (block.isMalformed()) {
            findings.add(MimeFinding.MALFORMED_HEADER);
        }
        List<HeaderField> types = block.all("Content-Type");
        if (types.size() > 1) {
            findings.add(MimeFinding.DUPLICATE_CONTENT_TYPE);
        }
        contentType = defaultType;
        if (!types.isEmpty()) {
            switch (ContentType.parse(types.getFirst().unfolded(), budget)) {
                case Parsed.Success<ContentType>(ContentType type) -> contentType = type;
                case Parsed.Refused<ContentType>(var reason, var detail) -> {
                    return new Parsed.Refused<>(reason, detail);
                }
            }
        }
        if (contentType.isMalformed()) {
            findings.add(MimeFinding.MALFORMED_CONTENT_TYPE);
        }
        if (contentType.hasDuplicates()) {
            findings.add(MimeFinding.DUPLICATE_PARAMETER);
        }
        readTransferEncoding(block);
        return contentType.isMultipart() ? readBoundary(budget) : null;
    }

    /** Returns true if the body is a message that can be walked. */
    boolean holdsMessage() {
        boolean message = contentType.is("message", "rfc822") || contentType.is("message", "global");
        return message && transferEncoding.isIdentity();
    }

    MimeEntity close(RawMessage message, long end) {
        RawHeaderBlock block = Objects.requireNonNull(header);
        long start = Math.min(offset, end);
        if (block.size() > end - start) {
            // The last line end belongs to the boundary line after it.
            block = block.withoutLastLineEnd();
        }
        if (delimiter != null && !ended) {
            findings.add(MimeFinding.MISSING_END_BOUNDARY);
        }
        if (delimiter != null && parts.isEmpty()) {
            findings.add(MimeFinding.NO_PARTS);
        }
        return new MimeEntity(
                message.slice(start, end - start),
                start,
                depth,
                block,
                contentType,
                transferEncoding,
                findings,
                parts,
                hasPlainLines);
    }

    private void readTransferEncoding(HeaderBlock block) {
        transferEncoding = TransferEncoding.of(block);
        if (block.all(TransferEncoding.FIELD).size() > 1) {
            findings.add(MimeFinding.DUPLICATE_TRANSFER_ENCODING);
        } else if (transferEncoding == TransferEncoding.UNKNOWN) {
            findings.add(MimeFinding.UNKNOWN_TRANSFER_ENCODING);
        }
        boolean container =
                contentType.isMultipart() || contentType.is("message", "rfc822") || contentType.is("message", "global");
        if (container && !transferEncoding.isIdentity()) {
            findings.add(MimeFinding.ENCODED_CONTAINER);
        }
    }

    private Parsed.@Nullable Refused<MimeEntity> readBoundary(Budget budget) {
        ContentType.Parameter boundary = contentType.parameters().stream()
                .filter(parameter -> parameter.name().equals("boundary"))
                .findFirst()
                .orElse(null);
        // Trailing blanks are no part of a boundary (RFC 2046 §5.1.1): a mail system may have added or removed them.
        byte[] octets = boundary == null
                ? new byte[0]
                : boundary.value().stripTrailing().getBytes(StandardCharsets.UTF_8);
        if (boundary == null || octets.length == 0) {
            findings.add(MimeFinding.NO_BOUNDARY);
            return null;
        }
        if (octets.length > budget.limits().boundaryOctets()) {
            return new Parsed.Refused<>(
                    Reason.HEADER_TOO_BIG, "a boundary over " + budget.limits().boundaryOctets() + " octets");
        }
        if (!boundary.value().equals(boundary.value().stripTrailing())) {
            findings.add(MimeFinding.MALFORMED_CONTENT_TYPE);
        }
        if (octets.length > 70) {
            findings.add(MimeFinding.LONG_BOUNDARY);
        }
        if (boundary.isExtended()) {
            findings.add(MimeFinding.EXTENDED_BOUNDARY);
        }
        byte[] line = new byte[octets.length + 2];
        line[0] = '-';
        line[1] = '-';
        System.arraycopy(octets, 0, line, 2, octets.length);
        delimiter = line;
        return null;
    }
}
