package org.postseal.policy.outcome;

import java.util.Locale;
import java.util.Optional;

/**
 * How the protection that a message came with is handled. Records, explanations, policy tests and the console use only
 * these words for it, for what came and for what left.
 *
 * @param closed why a ciphertext stayed closed; empty if one was opened, or if there was none
 */
public record Handling(Done done, Optional<Closed> closed) {
    /** The protection of the message as it came, seen from its root inwards to a ciphertext. */
    public enum Came {
        CLEAR,
        /** The message is {@code multipart/signed}. */
        CLEAR_SIGNED,
        /** The message is signed-data: it is opaque-signed. */
        SIGNED_DATA,
        /** There is enveloped-data or authEnveloped-data at the root, or within signatures. */
        ENCRYPTED,
        /** The message is signed-data without content: it is certs-only. */
        CERTIFICATES,
        COMPRESSED,
        /** The CMS object has another content type. */
        OTHER_CMS,
        /** The message is labelled as CMS and cannot be read. */
        UNREADABLE
    }

    public enum Done {
        /** The gateway neither looked into it nor annotated it. */
        AS_RECEIVED,
        /** The gateway looked into it, and found nothing to verify or to open. */
        INSPECTED,
        /** The gateway checked its signatures and reports the verdict. */
        VERIFIED,
        /** The gateway decrypted it and delivers it open; it checked the signatures around and inside it. */
        OPENED,
        /** The gateway did not decrypt its ciphertext, or got nothing usable from it. */
        KEPT_CLOSED,
        /** The gateway decrypted it to look at it, and passes the ciphertext on. */
        DECRYPTED_THEN_CLOSED
    }

    /** The reasons why a ciphertext stayed closed. */
    public enum Closed {
        /** The policy opens no such mail for the recipient. */
        NOT_ASKED,
        /** It meets a demand to encrypt, so it is not taken off on the way. */
        ENCRYPTION_DEMANDED,
        /** The whole message is redirected as it came. */
        REDIRECTED,
        /** The opened content looks changed on its way. */
        SUSPICIOUS,
        /** Nothing shows that nobody changed the opened content. */
        UNAUTHENTICATED,
        NO_KEY,
        /** The cipher is unknown, or it is out of date and the recipient's policy does not name it. */
        CIPHER_NOT_ALLOWED,
        /** TripleDES wraps the content key, and the recipient's policy does not name it. */
        KEY_WRAP_NOT_ALLOWED,
        /** The content key is for the recipient, and we do not know the algorithm by which it came. */
        KEY_METHOD_UNKNOWN,
        /** The key is wrong, or the ciphertext or its tag was altered. */
        NOT_DECRYPTED,
        /** The opened content is not a MIME entity. */
        NOT_MIME,
        /** SMTP cannot carry the opened content. */
        NOT_CARRIABLE,
        MALFORMED,
        /** The CMS object or the opened message exceeds a limit. */
        LIMIT_EXCEEDED,
        /** The next hop may not get opened mail, or might refuse this message as it came. */
        NEXT_HOP_UNSAFE,
        /** An error in the gateway kept it closed. */
        INTERNAL_ERROR
    }

    /** The protection of the copy that left. */
    public enum Left {
        CLEAR,
        SIGNED,
        ENCRYPTED,
        SIGNED_AND_ENCRYPTED,
        AS_IT_CAME,
        /** The message as it came is the only part of a multipart, in the form of opened mail. */
        ATTACHED
    }

    /** Returns the word for a constant in a record, such as {@code kept_closed}. People see it with blanks. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
