package org.postseal.gateway.smime;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderEdit;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.deciding.ClearPermit;
import org.postseal.policy.deciding.ObservePermit;
import org.postseal.policy.outcome.HeaderChange;

/**
 * Holds a message that may leave, for exactly the recipients it names. Only the encryptor makes a {@link Sealed}, and
 * the signer makes another one of it. Every other variant needs a {@link ClearPermit}, which only a policy decision
 * makes. The exception is {@link Relayed}: it needs an {@link ObservePermit}, which a gateway has only if it is set to
 * enforce no policy at all. The SMTP client takes nothing else, so a clear copy of mail that had to be encrypted does
 * not compile.
 */
public abstract sealed class Sendable {
    private final RawMessage message;
    private final Set<MailAddress> recipients;

    private Sendable(RawMessage message, Set<MailAddress> recipients) {
        this.message = message;
        this.recipients = Set.copyOf(recipients);
    }

    /** Returns the whole message, header section first. */
    public RawMessage message() {
        return message;
    }

    /** Returns who may get it; the client refuses an envelope with anybody else. */
    public Set<MailAddress> recipients() {
        return recipients;
    }

    /** The message is encrypted to the certificates of its recipients. */
    public static final class Sealed extends Sendable {
        private final HeaderBlock outer;
        private final RawMessage entity;

        /**
         * Makes one for the encryptor, or for the signer that signs encrypted content; both live in this package.
         *
         * @param outer header of the message that was encrypted
         */
        Sealed(HeaderBlock outer, byte[] contentFields, RawMessage body, Set<MailAddress> recipients) {
            super(Entities.message(outer, contentFields, body), recipients);
            this.outer = outer;
            this.entity = Entities.entity(contentFields, body);
        }

        private Sealed(RawMessage changed, Sealed original) {
            super(changed, original.recipients());
            this.outer = original.outer;
            this.entity = original.entity;
        }

        HeaderBlock outer() {
            return outer;
        }

        /** Returns the encrypted entity, as it goes under an outer signature. */
        RawMessage entity() {
            return entity;
        }
    }

    /** The message is signed by us and readable. */
    public static final class Signed extends Sendable {
        private Signed(RawMessage message, Set<MailAddress> permitted) {
            super(message, permitted);
        }
    }

    /**
     * The message is decrypted by us, or leaves closed in the same form, so that nobody can tell the two apart. It
     * leaves only to loopback or over verified TLS, with RET=HDRS.
     */
    public static final class Opened extends Sendable {
        private Opened(RawMessage message, Set<MailAddress> permitted) {
            super(message, permitted);
        }
    }

    /** The content is as it came, or without its signature. */
    public static final class Untouched extends Sendable {
        private Untouched(RawMessage message, Set<MailAddress> permitted) {
            super(message, permitted);
        }
    }

    /** Every octet is as it came, because the policy is only observed. */
    public static final class Relayed extends Sendable {
        private Relayed(RawMessage message, ObservePermit permit) {
            super(message, permit.recipients());
        }
    }

    /**
     * Returns the same message for the same recipients, with other fields in the outer header section. Protected
     * content stays protected.
     */
    public Sendable withHeader(List<HeaderChange> changes) throws IOException {
        if (changes.isEmpty()) {
            return this;
        }
        RawMessage changed = HeaderEdit.apply(message, changes);
        return switch (this) {
            case Sealed sealed -> new Sealed(changed, sealed);
            case Signed _ -> new Signed(changed, recipients);
            case Opened _ -> new Opened(changed, recipients);
            // A message for which the policy is only observed does not change.
            case Relayed _ -> this;
            case Untouched _ -> new Untouched(changed, recipients);
        };
    }

    public static Sendable signed(SignedMessage signed, ClearPermit permit) {
        return new Signed(signed.message(), permit.recipients());
    }

    public static Sendable opened(OpenedMessage opened, ClearPermit permit) {
        return new Opened(opened.message(), permit.recipients());
    }

    /** Makes a message that stays closed leave as an opened one does, whose form it already has. */
    public static Sendable enclosed(RawMessage closed, ClearPermit permit) {
        return new Opened(closed, permit.recipients());
    }

    public static Sendable untouched(RawMessage message, ClearPermit permit) {
        return new Untouched(message, permit.recipients());
    }

    public static Sendable relayed(RawMessage received, ObservePermit permit) {
        return new Relayed(received, permit);
    }
}
