package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.outcome.Reason;

/**
 * Finds the parts of a message in one pass over its octets, before any library sees them. Not thread-safe; there is one
 * per message.
 *
 * <p>It is a loop over lines with an explicit stack, and never recurses. Only lines that begin with {@code --} are
 * compared with boundaries. They are compared with those of every open multipart, since an outer boundary ends whatever
 * is inside (RFC 2046 §5.1.2). The work is at most the size times the depth limit, and in practice the size. The body
 * of a single part that is in no multipart is not read at all.
 *
 * <p>A message/rfc822 or message/global is walked too if its encoding allows it. The parts inside count against the
 * limits of depth and of parts, because some library downstream will walk it. Decryption looks at the root only and
 * never below such an entity.
 */
public final class MimeScanner {
    private final RawMessage message;
    private final Budget budget;
    private final Budget.Limits limits;
    private final List<OpenEntity> stack = new ArrayList<>();
    private int entities;
    private long headerOctets;
    private int multiparts;
    private @Nullable MimeEntity root;

    private MimeScanner(RawMessage message, Budget budget) {
        this.message = message;
        this.budget = budget;
        this.limits = budget.limits();
    }

    /**
     * Walks a message or any other entity.
     *
     * @return the root, or {@code HEADER_TOO_BIG}, {@code MIME_TOO_DEEP}, {@code TOO_MANY_PARTS}
     */
    public static Parsed<MimeEntity> scan(RawMessage message, Budget budget) throws IOException {
        return new MimeScanner(message, budget).scan();
    }

    private Parsed<MimeEntity> scan() throws IOException {
        Parsed.Refused<MimeEntity> refusal = open(0, ContentType.TEXT_PLAIN);
        try (Lines lines = message.lines(budget)) {
            while (refusal == null && isWorthReading()) {
                if (isInLeaf()) {
                    lines.skipPlain();
                }
                if (!lines.next(keep())) {
                    break;
                }
                refusal = take(lines);
            }
        }
        if (refusal == null && top().header == null) {
            refusal = endHeader(message.size());
        }
        if (refusal != null) {
            return refusal;
        }
        closeDownTo(0, message.size());
        return new Parsed.Success<>(Objects.requireNonNull(root));
    }

    private Parsed.@Nullable Refused<MimeEntity> take(Lines line) {
        boolean candidate = line.kept() >= 2 && line.at(0) == '-' && line.at(1) == '-';
        int boundary = candidate && multiparts > 0 ? boundaryAt(line) : NONE;
        if (boundary != NONE) {
            return takeBoundary(line, stack.get(boundary));
        }
        OpenEntity top = top();
        if (top.header == null) {
            String excess = top.reader.add(line);
            if (excess != null) {
                return new Parsed.Refused<>(Reason.HEADER_TOO_BIG, excess);
            }
            return top.reader.isAtEnd() ? enterBody(line.offset() + line.length()) : null;
        }
        if (line.hasBareFeed()) {
            top.findings.add(MimeFinding.BARE_LINE_FEED);
        }
        top.hasPlainLines &= line.isPlain();
        if (top.delimiter != null && !line.isEmptyLine()) {
            top.findings.add(top.ended ? MimeFinding.EPILOGUE : MimeFinding.PREAMBLE);
        }
        return null;
    }

    /** Returns the place in the stack of the multipart whose boundary line this is, or {@code NONE}. */
    private int boundaryAt(Lines line) {
        OpenEntity near = null;
        for (int i = stack.size() - 1; i >= 0; i--) {
            OpenEntity entity = stack.get(i);
            byte[] delimiter = entity.delimiter;
            if (delimiter == null || !line.matches(0, delimiter)) {
                continue;
            }
            budget.spend(delimiter.length);
            if (!isBlankFrom(line, delimiter.length) && !isEnd(line, delimiter)) {
                near = entity;
            } else if (entity.ended) {
                entity.findings.add(MimeFinding.PART_AFTER_END);
            } else {
                return i;
            }
        }
        if (near != null) {
            near.findings.add(MimeFinding.BOUNDARY_PREFIX);
        }
        return NONE;
    }

    private Parsed.@Nullable Refused<MimeEntity> takeBoundary(Lines line, OpenEntity multipart) {
        int index = stack.indexOf(multipart);
        Parsed.Refused<MimeEntity> refusal = top().header == null ? endHeader(line.offset()) : null;
        if (refusal != null) {
            return refusal;
        }
        // The CRLF before a boundary line belongs to the boundary (RFC 2046 §5.1.1).
        closeDownTo(index + 1, line.offset() - 2);
        if (isEnd(line, Objects.requireNonNull(multipart.delimiter))) {
            multipart.ended = true;
            return null;
        }
        ContentType partType =
                multipart.contentType.is("multipart", "digest") ? ContentType.MESSAGE_RFC822 : ContentType.TEXT_PLAIN;
        return open(line.offset() + line.length(), partType);
    }

    private Parsed.@Nullable Refused<MimeEntity> open(long offset, ContentType defaultType) {
        int depth = stack.size();
        if (depth > limits.depth()) {
            return new Parsed.Refused<>(Reason.MIME_TOO_DEEP, "more than " + limits.depth() + " levels of parts");
        }
        if (entities > limits.parts()) {
            return new Parsed.Refused<>(Reason.TOO_MANY_PARTS, "more than " + limits.parts() + " parts");
        }
        entities++;
        stack.add(new OpenEntity(offset, depth, defaultType, limits));
        return null;
    }

    private Parsed.@Nullable Refused<MimeEntity> enterBody(long bodyOffset) {
        OpenEntity entity = top();
        Parsed.Refused<MimeEntity> refusal = endHeader(bodyOffset);
        boolean nested = refusal == null && entity.holdsMessage() && bodyOffset < message.size();
        return nested ? open(bodyOffset, ContentType.TEXT_PLAIN) : refusal;
    }

    private Parsed.@Nullable Refused<MimeEntity> endHeader(long end) {
        OpenEntity entity = top();
        headerOctets += end - entity.offset;
        if (headerOctets > limits.allHeaderOctets()) {
            return new Parsed.Refused<>(
                    Reason.HEADER_TOO_BIG, "header sections of more than " + limits.allHeaderOctets() + " octets");
        }
        Parsed.Refused<MimeEntity> refusal = entity.endHeader(budget);
        byte[] delimiter = entity.delimiter;
        if (delimiter != null) {
            boolean reused =
                    stack.stream().anyMatch(other -> other != entity && Arrays.equals(other.delimiter, delimiter));
            if (reused) {
                entity.findings.add(MimeFinding.BOUNDARY_REUSED);
            }
            multiparts++;
        }
        return refusal;
    }

    private void closeDownTo(int remaining, long end) {
        while (stack.size() > remaining) {
            OpenEntity entity = stack.removeLast();
            entity.hasPlainLines &= multiparts > 0;
            if (entity.delimiter != null) {
                multiparts--;
            }
            MimeEntity closed = entity.close(message, end);
            if (stack.isEmpty()) {
                root = closed;
            } else {
                top().parts.add(closed);
            }
        }
    }

    private OpenEntity top() {
        return stack.getLast();
    }

    private boolean isWorthReading() {
        return multiparts > 0 || top().header == null;
    }

    /** Returns true where lines matter only if they may be boundaries. */
    private boolean isInLeaf() {
        return top().header != null && top().delimiter == null;
    }

    private int keep() {
        return top().header == null ? top().reader.lineLimit() : limits.boundaryOctets() + PADDING;
    }

    private static boolean isEnd(Lines line, byte[] delimiter) {
        int length = delimiter.length;
        return line.kept() >= length + 2
                && line.at(length) == '-'
                && line.at(length + 1) == '-'
                && isBlankFrom(line, length + 2);
    }

    private static boolean isBlankFrom(Lines line, int index) {
        if (line.kept() < line.length()) {
            return false;
        }
        int end = line.kept() - (line.isEnded() ? 2 : 0);
        for (int i = index; i < end; i++) {
            if (line.at(i) != ' ' && line.at(i) != '\t') {
                return false;
            }
        }
        return true;
    }

    private static final int NONE = -1;
    // The scanner looks through at most 256 octets of transport padding after a boundary.
    private static final int PADDING = 256;
}
