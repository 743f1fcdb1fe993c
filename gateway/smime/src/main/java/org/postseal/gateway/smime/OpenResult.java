package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.LegacyAlgorithm;

/** What became of an encrypted message. To the outside there is one kind of failure, and it does not say which. */
public sealed interface OpenResult {
    /** No ciphertext at the root. */
    record NotEncrypted() implements OpenResult {}

    /**
     * Decrypted, its integrity checked where the cipher has any.
     *
     * @param key certificate whose key opened it
     * @param keyAlgorithm object identifier of key transport or key agreement
     * @param cipher content cipher, by its name in {@code EncryptionSettings.Cipher}
     * @param old what of it is out of date: the cipher, and how the content key came
     * @param isAuthenticated false for CBC, where whoever relayed it may have changed it
     */
    record Opened(
            OpenedMessage message,
            CertificateId key,
            String keyAlgorithm,
            String cipher,
            Set<LegacyAlgorithm> old,
            boolean isAuthenticated)
            implements OpenResult {
        /** The same with its message rebuilt. */
        public Opened rebuilt(RawMessage anew) {
            return new Opened(message.rebuilt(anew), key, keyAlgorithm, cipher, old, isAuthenticated);
        }
    }

    /**
     * Not opened: it is delivered as received.
     *
     * @param cause for the audit log and for nobody else; a sender who learned it could decrypt with it
     */
    record NotOpened(Cause cause) implements OpenResult {}

    /** Why not. */
    enum Cause {
        /** None of the given keys is a recipient. */
        NO_KEY,
        CIPHER_NOT_ALLOWED,
        /** The content key came for one of the given keys, wrapped by TripleDES. */
        KEY_WRAP_NOT_ALLOWED,
        /** Wrong key, altered ciphertext or tag: nobody can tell them apart. */
        NOT_DECRYPTED,
        /** What came out is no MIME entity, nor text that may be opened without a header section. */
        NOT_MIME,
        /** What came out cannot be carried by SMTP. */
        NOT_CARRIABLE,
        MALFORMED,
        LIMIT_EXCEEDED
    }
}
