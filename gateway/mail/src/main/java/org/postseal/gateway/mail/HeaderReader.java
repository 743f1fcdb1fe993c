package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.outcome.Reason;

/**
 * Collects the lines of one header section into fields, within the limits. It is given the lines one by one, so that
 * the scanner of parts can stop at a boundary. Not thread-safe.
 */
final class HeaderReader {
    private final Budget.Limits limits;
    private final List<HeaderField> fields = new ArrayList<>();
    private byte[] octets = new byte[1024];
    private int length;
    private int fieldStart;
    private boolean hasEmptyLine;

    HeaderReader(Budget.Limits limits) {
        this.limits = limits;
    }

    static Parsed<HeaderBlock> read(RawMessage entity, Budget budget) throws IOException {
        HeaderReader reader = new HeaderReader(budget.limits());
        try (Lines lines = entity.lines(budget)) {
            while (!reader.hasEmptyLine && lines.next(reader.lineLimit())) {
                String refusal = reader.add(lines);
                if (refusal != null) {
                    return Parsed.refused(Reason.HEADER_TOO_BIG, refusal);
                }
            }
        }
        return new Parsed.Success<>(reader.block());
    }

    /** Returns how many octets of a line are worth keeping: one more than a field may have. */
    int lineLimit() {
        return limits.fieldOctets() + 1;
    }

    /** Takes the next line; returns which limit it breaks, or null. */
    @Nullable
    String add(Lines lines) {
        if (lines.isEmptyLine()) {
            hasEmptyLine = true;
            return null;
        }
        boolean continuation = fieldStart < length && isBlank(lines.first());
        if (!continuation) {
            endField();
        }
        if (length - fieldStart + lines.length() > limits.fieldOctets()) {
            return "a header field over " + limits.fieldOctets() + " octets";
        }
        if (length + lines.length() > limits.headerOctets()) {
            return "a header section over " + limits.headerOctets() + " octets";
        }
        if (fields.size() >= limits.fields()) {
            return "more than " + limits.fields() + " header fields";
        }
        if (length + lines.kept() > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + lines.kept()));
        }
        lines.copyTo(octets, length);
        length += lines.kept();
        return null;
    }

    /** Returns true once the empty line has come. */
    boolean isAtEnd() {
        return hasEmptyLine;
    }

    RawHeaderBlock block() {
        endField();
        return new RawHeaderBlock(fields, length + (hasEmptyLine ? 2L : 0L), hasEmptyLine);
    }

    private void endField() {
        if (fieldStart < length) {
            fields.add(HeaderField.of(Arrays.copyOfRange(octets, fieldStart, length)));
            fieldStart = length;
        }
    }

    private static boolean isBlank(int octet) {
        return octet == ' ' || octet == '\t';
    }
}
