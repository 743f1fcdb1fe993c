package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeFinding;
import org.postseal.gateway.mail.TransferEncoding;

/**
 * Recognises the strict subset of MIME in which mail programs cannot disagree what is signed or encrypted.
 *
 * <p>RFC 2045 and RFC 2046 allow much that some programs do not read: comments and quoted pairs in Content-Type, blanks
 * around its slash, any octet in a quoted boundary. Somebody who sends an old signature with such a field can put text
 * beside it that these programs show and nobody signed. Mail programs write none of it, so that a claim is made only
 * for what they do write. The table of what must hold is in {@code docs/claims.md}.
 */
public final class PlainStructure {
    private PlainStructure() {}

    /**
     * Says why programs may read this entity in different ways; the result is empty if it is written in the subset.
     *
     * @param root of a message, or what a layer covers: a multipart/signed, or an entity whose body is a CMS object
     * @throws java.io.UncheckedIOException if our own disk fails
     */
    public static Optional<String> doubt(MimeEntity root) {
        Optional<String> doubt = headerDoubt(root);
        if (doubt.isPresent()) {
            return doubt;
        }
        return root.contentType().is("multipart", "signed") ? multipartDoubt(root) : objectDoubt(root);
    }

    /**
     * Returns true if every line of the section is a field or its continuation, whatever a program takes for a line
     * end.
     */
    static boolean hasPlainLines(HeaderBlock header) {
        return header.hasEmptyLine()
                && !header.isMalformed()
                && header.fields().stream().noneMatch(PlainField::hasBlankLine);
    }

    /**
     * Returns true if some program may take an entity that holds no signature for one that does. It may do so by a
     * second Content-Type, by one that it reads otherwise, or by a line that it takes for one.
     */
    static boolean mayBeSigned(MimeEntity root) {
        HeaderBlock header = root.header();
        List<HeaderField> types = header.all("Content-Type");
        boolean hasOneReading = !header.isMalformed()
                && hasFieldsAlone(root)
                && types.size() <= 1
                && types.stream().allMatch(PlainField::beginsWithMediaType);
        if (!hasOneReading) {
            return LooseHeader.of(header.toByteArray()).saysSigned();
        }
        if (root.contentType().is("application", "octet-stream")) {
            List<HeaderField> dispositions = header.all("Content-Disposition");
            boolean isNamedPlainly = isPlain(types)
                    && dispositions.size() <= 1
                    && dispositions.stream().allMatch(PlainField::isDisposition);
            return !isNamedPlainly && LooseHeader.of(header.toByteArray()).namesFile();
        }
        return root.contentType().is("multipart", "signed") && !isPlain(types);
    }

    private static boolean isPlain(List<HeaderField> types) {
        return types.stream().allMatch(PlainField::isMediaType);
    }

    /** Returns true if no line may end the header section before its end. */
    private static boolean hasFieldsAlone(MimeEntity entity) {
        for (HeaderField field : entity.header().fields()) {
            // Filters write blank lines in the reports that they put on a message.
            if (PlainField.hasBlankLine(field) && (entity.depth() > 0 || PlainField.isOfMessage(field))) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> headerDoubt(MimeEntity entity) {
        HeaderBlock header = entity.header();
        boolean isPlain = header.hasEmptyLine() && !header.isMalformed() && hasFieldsAlone(entity);
        if (!isPlain) {
            return Optional.of("a line of the header section is no field");
        }
        List<HeaderField> types = header.all("Content-Type");
        if (types.size() != 1 || !PlainField.isMediaType(types.getFirst())) {
            return Optional.of("Content-Type is not written plainly");
        }
        List<HeaderField> encodings = header.all("Content-Transfer-Encoding");
        if (encodings.size() > 1 || !encodings.stream().allMatch(PlainField::isToken)) {
            return Optional.of("Content-Transfer-Encoding is not written plainly");
        }
        List<HeaderField> versions = header.all("MIME-Version");
        // RFC 2045 §4: a message has it, and a part need not have it.
        boolean isCounted = versions.size() == 1 || (versions.isEmpty() && entity.depth() > 0);
        if (!isCounted || !versions.stream().allMatch(PlainField::isVersion)) {
            return Optional.of("MIME-Version is not exactly one 1.0");
        }
        return Optional.empty();
    }

    /**
     * Says why programs may find other parts in this entity than we do; the result is empty if they find the same.
     *
     * @param container a multipart of any kind, or a message or part that holds a message
     */
    static Optional<String> containerDoubt(MimeEntity container) {
        Optional<String> doubt = headerDoubt(container).or(() -> finding(container));
        if (doubt.isPresent()) {
            return doubt;
        }
        return container.contentType().isMultipart()
                ? boundaryDoubt(container).or(() -> lineDoubt(container, container.parts()))
                : Optional.empty();
    }

    private static Optional<String> boundaryDoubt(MimeEntity multipart) {
        if (!PlainField.isBoundary(boundary(multipart))) {
            return Optional.of("the boundary is not written plainly");
        }
        // RFC 2045 §6.4
        return multipart.transferEncoding().isIdentity() ? Optional.empty() : Optional.of("a multipart is encoded");
    }

    private static String boundary(MimeEntity multipart) {
        return multipart.contentType().parameter("boundary").orElse("");
    }

    private static Optional<String> multipartDoubt(MimeEntity root) {
        Optional<String> doubt = finding(root).or(() -> boundaryDoubt(root));
        if (doubt.isPresent()) {
            return doubt;
        }
        Optional<MimeEntity.SignedParts> parts = root.signedParts();
        if (parts.isEmpty() || !CmsRoot.isSignature(parts.get().signature())) {
            return Optional.of("the multipart does not hold two parts of which the second one is a signature");
        }
        Optional<String> lines = lineDoubt(root, List.of(parts.get().content()));
        if (lines.isPresent()) {
            return lines;
        }
        MimeEntity signature = parts.get().signature();
        return headerDoubt(signature).or(() -> objectDoubt(signature));
    }

    private static Optional<String> lineDoubt(MimeEntity multipart, List<MimeEntity> parts) {
        List<MimeEntity> within =
                parts.stream().flatMap(part -> part.all().stream()).toList();
        // A program that looks only for the end of an inner multipart reads on past the delimiters of this one.
        boolean isOpenWithin = within.stream()
                .anyMatch(part -> part.findings().contains(MimeFinding.MISSING_END_BOUNDARY)
                        || part.findings().contains(MimeFinding.BOUNDARY_REUSED));
        if (isOpenWithin) {
            return Optional.of("a multipart within has no end");
        }
        String boundary = boundary(multipart);
        boolean isAmongInner = within.stream()
                .flatMap(part -> part.contentType().parameter("boundary").stream())
                .anyMatch(inner -> !inner.isEmpty() && boundary.startsWith(inner));
        if (isAmongInner) {
            return Optional.of("the boundary begins like one within");
        }
        return DelimiterCheck.doubt(
                multipart.body(), boundary, multipart.parts().size());
    }

    private static Optional<String> objectDoubt(MimeEntity entity) {
        Optional<String> found = finding(entity);
        if (found.isPresent()) {
            return found;
        }
        List<HeaderField> dispositions = entity.header().all("Content-Disposition");
        // Only the file name says what a part of this type is.
        boolean isNamed = entity.contentType().is("application", "octet-stream");
        if (isNamed && (dispositions.size() > 1 || !dispositions.stream().allMatch(PlainField::isDisposition))) {
            return Optional.of("Content-Disposition is not written plainly");
        }
        TransferEncoding encoding = entity.transferEncoding();
        boolean isEncoded = encoding == TransferEncoding.BASE64;
        if (!isEncoded && encoding != TransferEncoding.EIGHT_BIT && encoding != TransferEncoding.BINARY) {
            return Optional.of("the CMS object is neither in base64 nor 8-bit nor binary");
        }
        if (isEncoded && !holds(entity, PlainOctets::isBase64)) {
            return Optional.of("the base64 is not made of whole lines");
        }
        // SMTP puts a line end after everything it carries.
        return holds(entity, body -> PlainOctets.isOneObject(encoding.decode(body), !isEncoded))
                ? Optional.empty()
                : Optional.of("there is something after the CMS object");
    }

    private interface Check {
        boolean holds(InputStream body) throws IOException;
    }

    private static boolean holds(MimeEntity entity, Check check) {
        try (InputStream body = LocalOctets.reading(entity.body().open())) {
            return check.holds(body);
        } catch (IOException malformed) {
            return false;
        }
    }

    private static Optional<String> finding(MimeEntity entity) {
        return entity.findings().stream()
                .filter(MimeFinding::isAmbiguous)
                .sorted()
                .map(finding -> finding.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .findFirst();
    }
}
