package org.postseal.gateway.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.header.FieldReadings;

/**
 * Describes an entity of a message as slices of its octets: the root, a part of a multipart, or the message within a
 * message/rfc822. Immutable.
 *
 * @param raw exactly its octets, which are what a signature covers: they stand between the boundary lines, without the
 * CRLF before the next one (RFC 2046 §5.1.1)
 * @param offset where it begins in the message that was scanned
 * @param depth how many containers are around it; 0 for the root
 * @param contentType as given, or the default
 * @param transferEncoding as given, or 7bit
 * @param findings about the entity itself, not about what it contains
 * @param parts of a multipart in order, or the one message of a message/rfc822
 * @param hasPlainLines whether the scanner has read all lines of its own after the header section, and no mail system
 * changes any of them
 */
public record MimeEntity(
        RawMessage raw,
        long offset,
        int depth,
        HeaderBlock header,
        ContentType contentType,
        TransferEncoding transferEncoding,
        Set<MimeFinding> findings,
        List<MimeEntity> parts,
        boolean hasPlainLines) {
    public MimeEntity {
        findings = Set.copyOf(findings);
        parts = List.copyOf(parts);
    }

    /** Returns the octets after the header section, still encoded. */
    public RawMessage body() {
        return raw.from(header.size());
    }

    /**
     * Returns the name that a program would give to the file. It stands in Content-Disposition (RFC 2183 §2.3), or else
     * in Content-Type.
     */
    public Optional<String> fileName() {
        return header.single("Content-Disposition")
                .map(MimeEntity::disposition)
                .flatMap(parsed -> switch (parsed) {
                    case Parsed.Success<ContentType>(ContentType value) -> value.parameter("filename");
                    case Parsed.Refused<ContentType> _ -> Optional.empty();
                })
                .or(() -> contentType.parameter("name"));
    }

    /**
     * Returns what programs may show as the name of the file, wherever it is written; empty if there is no name.
     *
     * @param reader that of the message
     */
    public Optional<FieldReadings> fileNames(FieldReader reader) {
        List<String> names = new ArrayList<>(contentType.all("name"));
        boolean isComplete = (names.isEmpty() || !contentType.isMalformed())
                && !findings.contains(MimeFinding.DUPLICATE_CONTENT_TYPE);
        for (HeaderField field : header.all("Content-Disposition")) {
            switch (disposition(field)) {
                case Parsed.Success<ContentType>(ContentType value) -> {
                    names.addAll(value.all("filename"));
                    isComplete &= !value.isMalformed();
                }
                case Parsed.Refused<ContentType> _ -> isComplete = false;
            }
        }
        return names.isEmpty() && isComplete
                ? Optional.empty()
                : Optional.of(FieldReadings.of(reader, names, isComplete));
    }

    private static Parsed<ContentType> disposition(HeaderField field) {
        // After the first token, the grammar is that of a Content-Type.
        return ContentType.parse("disposition/" + field.unfolded(), Budget.standard());
    }

    /** Returns the entity and everything within it, in the order of the octets. */
    public List<MimeEntity> all() {
        return within(_ -> true);
    }

    /** Returns the entity and the parts of its multiparts, in the order of the octets, and no attached message's. */
    public List<MimeEntity> ownParts() {
        return within(entity -> entity.contentType.isMultipart());
    }

    private List<MimeEntity> within(Predicate<MimeEntity> isEntered) {
        if (parts.isEmpty()) {
            return List.of(this);
        }
        List<MimeEntity> found = new ArrayList<>();
        Deque<MimeEntity> open = new ArrayDeque<>();
        open.push(this);
        while (!open.isEmpty()) {
            MimeEntity next = open.pop();
            found.add(next);
            if (isEntered.test(next)) {
                next.parts.reversed().forEach(open::push);
            }
        }
        return found;
    }

    /** Returns true if programs may disagree about this entity or anything within it. */
    public boolean isAmbiguous() {
        return all().stream().flatMap(entity -> entity.findings.stream()).anyMatch(MimeFinding::isAmbiguous);
    }

    /**
     * Returns the two parts, if this is a multipart/signed that has two (RFC 1847 §2.1). The findings tell whether to
     * believe in them.
     */
    public Optional<SignedParts> signedParts() {
        boolean signed = contentType.is("multipart", "signed") && parts.size() == 2;
        return signed ? Optional.of(new SignedParts(parts.getFirst(), parts.getLast())) : Optional.empty();
    }

    /**
     * Holds the parts of a multipart/signed.
     *
     * @param content the part whose {@link MimeEntity#raw()} was signed
     * @param signature the part whose body is the signature
     */
    public record SignedParts(MimeEntity content, MimeEntity signature) {}
}
