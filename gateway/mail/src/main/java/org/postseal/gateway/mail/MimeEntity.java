package org.postseal.gateway.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An entity of a message as slices of its octets: the root, a part of a multipart, or the message within a message/rfc822. Immutable.
 *
 * @param raw exactly its octets: between the boundary lines, without the CRLF before the next one (RFC 2046 §5.1.1), which is what a signature covers
 * @param offset where it begins in the message that was scanned
 * @param depth containers around it; 0 for the root
 * @param header its header section
 * @param contentType given or default
 * @param transferEncoding given or 7bit
 * @param findings about itself, not about what it contains
 * @param parts of a multipart in order, or the one message of a message/rfc822
 */
public record MimeEntity(
        RawMessage raw,
        long offset,
        int depth,
        HeaderBlock header,
        ContentType contentType,
        TransferEncoding transferEncoding,
        Set<MimeFinding> findings,
        List<MimeEntity> parts) {
    public MimeEntity {
        findings = Set.copyOf(findings);
        parts = List.copyOf(parts);
    }

    /** Its octets behind the header section, still encoded. */
    public RawMessage body() {
        return raw.from(header.size());
    }

    /** The name that a program would give to its file: of Content-Disposition (RFC 2183 §2.3), else of Content-Type. */
    public Optional<String> fileName() {
        return header.single("Content-Disposition")
                .map(HeaderField::unfolded)
                // the grammar is that of a Content-Type behind the first token
                .map(text -> ContentType.parse("disposition/" + text, Budget.standard()))
                .flatMap(parsed -> switch (parsed) {
                    case Parsed.Success<ContentType>(ContentType value) -> value.parameter("filename");
                    case Parsed.Refused<ContentType> _ -> Optional.empty();
                })
                .or(() -> contentType.parameter("name"));
    }

    /** Itself and everything within, in the order of the octets. */
    public List<MimeEntity> all() {
        List<MimeEntity> found = new ArrayList<>();
        Deque<MimeEntity> open = new ArrayDeque<>();
        open.push(this);
        while (!open.isEmpty()) {
            MimeEntity next = open.pop();
            found.add(next);
            next.parts.reversed().forEach(open::push);
        }
        return found;
    }

    /** True when programs may disagree about this entity or anything within. */
    public boolean isAmbiguous() {
        return all().stream().flatMap(entity -> entity.findings.stream()).anyMatch(MimeFinding::isAmbiguous);
    }

    /** The two parts, where this is a multipart/signed that has two (RFC 1847 §2.1); whether to believe in them, the findings tell. */
    public Optional<SignedParts> signedParts() {
        boolean signed = contentType.is("multipart", "signed") && parts.size() == 2;
        return signed ? Optional.of(new SignedParts(parts.getFirst(), parts.getLast())) : Optional.empty();
    }

    /**
     * What a multipart/signed holds.
     *
     * @param content whose {@link MimeEntity#raw()} was signed
     * @param signature whose body is the signature
     */
    public record SignedParts(MimeEntity content, MimeEntity signature) {}
}
