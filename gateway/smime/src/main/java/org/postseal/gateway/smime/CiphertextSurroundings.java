package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.EncryptionDoubt;

/**
 * Finds what can be read beside a ciphertext: in the MIME structure around it, and in the signatures around that. The
 * header section of the message is outside by nature.
 */
final class CiphertextSurroundings {
    private CiphertextSurroundings() {}

    static Optional<EncryptionDoubt> doubt(MimeEntity root, Layers layers) {
        Set<String> outside = root.header().fields().stream()
                .map(CiphertextSurroundings::said)
                .collect(Collectors.toSet());
        for (Layer layer : layers.all()) {
            if (PlainStructure.doubt(layer.entity()).isPresent()) {
                return Optional.of(EncryptionDoubt.STRUCTURE);
            }
            boolean isBare = switch (layer.kind()) {
                case ENCRYPTED -> true;
                case CLEAR_SIGNED -> isBareClear(layer.entity(), outside);
                case OPAQUE_SIGNED -> {
                    Head head = new Head();
                    yield StrictSignature.isBare(layer.entity(), Optional.of(head))
                            && hasNoFieldsOfItsOwn(head.header(), outside);
                }
            };
            if (!isBare) {
                return Optional.of(EncryptionDoubt.SURROUNDED);
            }
        }
        return Optional.empty();
    }

    private static boolean isBareClear(MimeEntity multipart, Set<String> outside) {
        return multipart
                .signedParts()
                .filter(parts -> SignedAlone.hasNothingBetween(multipart, parts)
                        && hasNoFieldsOfItsOwn(Optional.of(parts.content().header()), outside)
                        && hasNoFieldsOfItsOwn(Optional.of(parts.signature().header()), outside)
                        && StrictSignature.isBare(parts.signature(), Optional.empty()))
                .isPresent();
    }

    /**
     * Returns true if no field of a part says more than the header section of the message does. Fields that describe
     * the content are exempt if each is there once and in the words of mail programs.
     */
    private static boolean hasNoFieldsOfItsOwn(Optional<HeaderBlock> signed, Set<String> outside) {
        return signed.filter(header -> header.hasEmptyLine() && !header.isMalformed())
                .filter(header -> header.fields().stream()
                        .allMatch(
                                field -> ObjectFields.isOfMailPrograms(field, header) || outside.contains(said(field))))
                .isPresent();
    }

    private static String said(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT) + ":" + field.unfolded();
    }

    /** Keeps as much of what passes as a header section may have. */
    private static final class Head extends OutputStream {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            octets.write(from, offset, Math.min(length, MOST - octets.size()));
        }

        Optional<HeaderBlock> header() {
            RawMessage head = RawMessage.of(octets.toByteArray());
            try {
                return HeaderBlock.read(head, Budget.standard())
                                instanceof Parsed.Success<HeaderBlock>(HeaderBlock header)
                        ? Optional.of(header)
                        : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException("in memory", e);
            }
        }

        private static final int MOST = Budget.Limits.DEFAULT.headerOctets() + 2;
    }
}
