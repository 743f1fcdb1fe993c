package org.postseal.policy.outcome;

import java.util.Locale;
import java.util.Optional;

/**
 * What is done to the protection that a message came with. Its words, and those for what came and what left, are the
 * only ones that records, explanations, policy tests and the console have for it.
 *
 * @param closed why a ciphertext did not come out; empty where one did, or where there was none
 */
public record Handling(Done done, Optional<Closed> closed) {
    /** The message as it came, from its root inwards to a ciphertext. */
    public enum Came {
        CLEAR,
        /** multipart/signed. */
        CLEAR_SIGNED,
        /** signed-data: opaque. */
        SIGNED_DATA,
        /** enveloped-data or authEnveloped-data at the root, or within signatures. */
        ENCRYPTED,
        /** signed-data without content: certificates only. */
        CERTIFICATES,
        /** compressed-data. */
        COMPRESSED,
        /** CMS of another content type. */
        OTHER_CMS,
        /** It is labelled as CMS and cannot be read. */
        UNREADABLE
    }

    /** What the gateway did to it. */
    public enum Done {
        /** Neither looked into nor annotated. */
        AS_RECEIVED,
        /** It was looked into, and there was nothing to verify or to open. */
        INSPECTED,
        /** Its signatures were checked, and the verdict is reported. */
        VERIFIED,
        /** It was decrypted and is delivered so; signatures around and inside it were checked. */
        OPENED,
        /** Its ciphertext was not decrypted, or nothing usable came of it. */
        KEPT_CLOSED,
        /** It was decrypted to be looked at, and its ciphertext goes on. */
        DECRYPTED_THEN_CLOSED
    }

    /** Why a ciphertext did not come out. */
    public enum Closed {
        /** The policy opens no such mail for the recipient. */
        NOT_ASKED,
        /** It meets a demand to encrypt, and is not taken off on the way. */
        ENCRYPTION_DEMANDED,
        /** The whole message is redirected as it came. */
        REDIRECTED,
        /** What came out looks changed on its way. */
        SUSPICIOUS,
        /** Nothing shows that nobody changed what came out. */
        UNAUTHENTICATED,
        /** No key of the recipient fits. */
        NO_KEY,
        /** The cipher is unknown, or out of date and not named by the recipient's policy. */
        CIPHER_NOT_ALLOWED,
        /** The content key came wrapped by TripleDES, which the recipient's policy does not name. */
        KEY_WRAP_NOT_ALLOWED,
        /** The key is wrong, or the ciphertext or its tag was altered. */
        NOT_DECRYPTED,
        /** What came out is no MIME entity. */
        NOT_MIME,
        /** What came out cannot be carried by SMTP. */
        NOT_CARRIABLE,
        /** The CMS object cannot be read. */
        MALFORMED,
        /** It is over a limit. */
        LIMIT_EXCEEDED,
        /** The next hop may not get opened mail. */
        NEXT_HOP_UNSAFE,
        /** A fault of ours. */
        INTERNAL_ERROR
    }

    /** The copy that left. */
    public enum Left {
        CLEAR,
        SIGNED,
        ENCRYPTED,
        SIGNED_AND_ENCRYPTED,
        AS_IT_CAME
    }

    /** The word for one of these in a record: {@code kept_closed}. People see it with blanks. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
