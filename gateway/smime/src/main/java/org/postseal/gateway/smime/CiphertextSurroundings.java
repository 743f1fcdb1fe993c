package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.EncryptionDoubt;

/** Finds what can be read beside a ciphertext: in the MIME structure around it, and in the signatures around that. The header section of the message is outside by nature. */
final class CiphertextSurroundings {
    private CiphertextSurroundings() {}

    static Optional<EncryptionDoubt> doubt(MimeEntity root, Layers layers) {
        for (Layer layer : layers.all()) {
            if (PlainStructure.doubt(layer.entity()).isPresent()) {
                return Optional.of(EncryptionDoubt.STRUCTURE);
            }
            boolean isBare = switch (layer.kind()) {
                case ENCRYPTED -> true;
                case COMPRESSED -> false;
                case CLEAR_SIGNED ->
                    hasNothingBetween(layer.entity())
                            && hasNoFieldsOfItsOwn(layer.entity(), root)
                            && layer.entity()
                                    .signedParts()
                                    .filter(parts -> StrictSignature.isBare(parts.signature(), false))
                                    .isPresent();
                case OPAQUE_SIGNED ->
                    hasNoFieldsOfItsOwn(layer.entity(), root) && StrictSignature.isBare(layer.entity(), true);
            };
            if (!isBare) {
                return Optional.of(EncryptionDoubt.SURROUNDED);
            }
        }
        return Optional.empty();
    }

    /** True where no field of what is signed says more than the header section of the message does, but for what describes the content. */
    private static boolean hasNoFieldsOfItsOwn(MimeEntity signed, MimeEntity root) {
        Optional<HeaderBlock> covered;
        try {
            Optional<MimeEntity.SignedParts> parts = signed.signedParts();
            covered = (parts.isPresent()
                            ? PayloadHeader.clear(parts.get().content())
                            : PayloadHeader.opaque(signed))
                    .header();
        } catch (IOException malformed) {
            return false;
        }
        return covered.isPresent()
                && covered.get().fields().stream()
                        .allMatch(field -> Entities.isContentField(field)
                                || field.is("MIME-Version")
                                || root.header().all(field.name()).stream()
                                        .map(HeaderField::unfolded)
                                        .anyMatch(field.unfolded()::equals));
    }

    /** True for a multipart/signed without text before, between and behind its parts, but for a sentence that mail programs write there. */
    private static boolean hasNothingBetween(MimeEntity multipart) {
        Optional<MimeEntity.SignedParts> parts = multipart.signedParts();
        if (parts.isEmpty()) {
            return false;
        }
        long start = multipart.offset() + multipart.header().size();
        long content = parts.get().content().offset();
        MimeEntity signature = parts.get().signature();
        long behind = signature.offset() + signature.raw().size();
        long end = multipart.offset() + multipart.raw().size();
        String boundary = multipart.contentType().parameter("boundary").orElse("");
        return PREAMBLES.contains(text(multipart, start, content, "--" + boundary))
                && text(multipart, behind, end, "--" + boundary + "--").isEmpty();
    }

    // what is too long for any of them is cut, and none
    private static String text(MimeEntity entity, long from, long to, String delimiter) {
        long first = from - entity.offset();
        long length = Math.min(to - from, MOST_BETWEEN);
        if (first < 0 || length < 0) {
            return delimiter;
        }
        try (InputStream in = LocalOctets.reading(entity.raw().from(first).open())) {
            String text = new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1);
            int at = text.indexOf(delimiter);
            return at < 0
                    ? delimiter
                    : (text.substring(0, at) + text.substring(at + delimiter.length())).strip();
        } catch (IOException unreadable) {
            return delimiter;
        }
    }

    /** OpenSSL, Mozilla and Apple's programs. */
    private static final Set<String> PREAMBLES = Set.of(
            "",
            "This is an S/MIME signed message",
            "This is a cryptographically signed message in MIME format.",
            "This is a multi-part message in MIME format.");

    private static final long MOST_BETWEEN = 400;
}
