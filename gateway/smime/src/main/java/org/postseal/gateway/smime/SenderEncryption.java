package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.EncryptionAlgorithm;

/**
 * Says with which encryption a message came, and whether it really is encrypted, as far as that can be told without a
 * key.
 */
public sealed interface SenderEncryption {
    /**
     * Returns the content cipher in the words of the policy. The result is empty if there is no cipher, or if the
     * policy has no word for it.
     */
    Optional<EncryptionAlgorithm> cipher();

    /** There is no ciphertext at the root or within its signatures. */
    record None() implements SenderEncryption {
        @Override
        public Optional<EncryptionAlgorithm> cipher() {
            return Optional.empty();
        }
    }

    /** The part that is labelled as a ciphertext may be none, or text may stand beside it. */
    record Doubtful(EncryptionDoubt doubt, Optional<EncryptionAlgorithm> cipher) implements SenderEncryption {}

    /** There is a ciphertext for public keys, and nothing else. */
    final class Sound implements SenderEncryption {
        private final List<PublicKeyReader> readers;
        private final Optional<EncryptionAlgorithm> cipher;

        private Sound(List<PublicKeyReader> readers, Optional<EncryptionAlgorithm> cipher) {
            this.readers = readers;
            this.cipher = cipher;
        }

        @Override
        public Optional<EncryptionAlgorithm> cipher() {
            return cipher;
        }

        /** Returns true if a RecipientInfo means this certificate. */
        public boolean isFor(MailCertificate certificate) {
            return readers.stream().anyMatch(reader -> reader.isFor(certificate));
        }
    }

    /**
     * Reads the ciphertext at the end of the layers, and what the layers around it have room for.
     *
     * @throws java.io.UncheckedIOException if our own disk fails
     */
    static SenderEncryption of(MimeEntity root, Layers layers) {
        Optional<MimeEntity> ciphertext = layers.excess().isPresent() ? Optional.empty() : layers.ciphertext();
        if (ciphertext.isEmpty()) {
            return new None();
        }
        StrictCiphertext object = new StrictCiphertext();
        try (InputStream in = CmsRoot.content(ciphertext.get())) {
            object.read(in, ciphertext.get().raw().size());
        } catch (IOException malformed) {
            // These are foreign octets. Faults within the object itself are doubts that its reader finds.
            return new Doubtful(EncryptionDoubt.MALFORMED, Optional.empty());
        }
        Optional<EncryptionAlgorithm> cipher = object.cipher().map(ContentCipher::algorithm);
        return CiphertextSurroundings.doubt(root, layers)
                .or(object::doubt)
                .<SenderEncryption>map(doubt -> new Doubtful(doubt, cipher))
                .orElseGet(() -> new Sound(object.readers(), cipher));
    }
}
