package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Says what became of an encrypted message. To the outside there is one kind of failure, and it does not say what
 * failed.
 */
public sealed interface OpenResult {
    /** There is no ciphertext at the root. */
    record NotEncrypted() implements OpenResult {}

    /**
     * The message was decrypted, and its integrity was checked if the cipher has any.
     *
     * @param key certificate whose key opened it
     * @param keyAlgorithm object identifier of key transport or key agreement
     * @param cipher content cipher, by its name in {@code EncryptionSettings.Cipher}
     * @param old which of its algorithms are out of date: the cipher, and how the content key came
     * @param isAuthenticated false for CBC, where anybody who relayed it may have changed it
     */
    record Opened(
            OpenedMessage message,
            CertificateId key,
            String keyAlgorithm,
            String cipher,
            Set<LegacyAlgorithm> old,
            boolean isAuthenticated)
            implements OpenResult {
        /** Returns the same result with its message rebuilt. */
        public Opened rebuilt(RawMessage anew) {
            return new Opened(message.rebuilt(anew), key, keyAlgorithm, cipher, old, isAuthenticated);
        }
    }

    /**
     * The message was not opened, and is delivered as received.
     *
     * @param cause for the audit log and for nobody else; a sender who learned it could decrypt with it
     */
    record NotOpened(Cause cause) implements OpenResult {}

    /** Says why a message was not opened. */
    enum Cause {
        /** None of the given keys is a recipient. */
        NO_KEY,
        CIPHER_NOT_ALLOWED,
        /** The content key came for one of the given keys, wrapped by TripleDES. */
        KEY_WRAP_NOT_ALLOWED,
        /** The content key came for one of the given keys, by an algorithm that we do not know. */
        KEY_METHOD_UNKNOWN,
        /** The key is wrong, or the ciphertext or tag was altered; nobody can tell these apart. */
        NOT_DECRYPTED,
        /** The plaintext is no MIME entity, and no text that may be opened without a header section. */
        NOT_MIME,
        /** SMTP cannot carry the plaintext. */
        NOT_CARRIABLE,
        MALFORMED,
        LIMIT_EXCEEDED
    }
}
