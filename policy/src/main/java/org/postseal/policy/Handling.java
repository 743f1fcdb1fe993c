package org.postseal.policy;

import java.util.Locale;
import java.util.Optional;

/**
 * How the protection that a message came with is handled. Records, explanations, policy tests and the console use only
 * these words for it, for what came and for what left.
 *
 * @param closed why a ciphertext stayed closed; empty if one was opened, or if there was none
 */
public record Handling(Done done, Optional<Closed> closed) {
    /** The message as it came, from its root inwards to a ciphertext. */
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
        /** The key is wrong, or the ciphertext or its tag was altered. */
        NOT_DECRYPTED,
        /** The opened content is not a MIME entity. */
        NOT_MIME,
        /** SMTP cannot carry the opened content. */
        NOT_CARRIABLE,
        MALFORMED,
        /** The CMS object exceeds a limit. */
        LIMIT_EXCEEDED,
        /** The next hop may not get opened mail. */
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
        AS_IT_CAME
    }

    /**
     * Returns how a ruling handles a message; empty if it is refused or deferred.
     *
     * @param obstacle why the ciphertext cannot be opened for the recipient; empty if it was, or would be, decrypted
     */
    public static Optional<Handling> of(Ruling ruling, Facts facts, Optional<Closed> obstacle) {
        return switch (ruling.decision()) {
            case Decision.Deliver(var incoming, var _, var _) ->
                Optional.of(
                        facts.content() == Facts.Content.ENCRYPTED
                                ? ofCiphertext(incoming == Decision.Incoming.OPEN, ruling, obstacle)
                                : new Handling(readable(incoming, facts), Optional.empty()));
            case Decision.Redirect _ ->
                Optional.of(
                        facts.content() == Facts.Content.ENCRYPTED
                                ? closed(obstacle, Closed.REDIRECTED)
                                : new Handling(Done.AS_RECEIVED, Optional.empty()));
            case Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    private static Handling ofCiphertext(boolean opens, Ruling ruling, Optional<Closed> obstacle) {
        if (!opens) {
            return closed(obstacle, ruling.explanation().closed().orElse(Closed.NOT_ASKED));
        }
        return obstacle.map(why -> new Handling(Done.KEPT_CLOSED, Optional.of(why)))
                .orElseGet(() -> new Handling(Done.OPENED, Optional.empty()));
    }

    private static Handling closed(Optional<Closed> obstacle, Closed why) {
        return new Handling(obstacle.isPresent() ? Done.KEPT_CLOSED : Done.DECRYPTED_THEN_CLOSED, Optional.of(why));
    }

    private static Done readable(Decision.Incoming incoming, Facts facts) {
        return switch (incoming) {
            case AS_RECEIVED -> Done.AS_RECEIVED;
            case VERIFY, OPEN -> facts.signature() == Facts.Signature.UNSIGNED ? Done.INSPECTED : Done.VERIFIED;
        };
    }

    /** Returns the word for a constant in a record, such as {@code kept_closed}. People see it with blanks. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
