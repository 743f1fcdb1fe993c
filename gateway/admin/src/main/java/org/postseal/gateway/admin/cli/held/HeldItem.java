package org.postseal.gateway.admin.cli.held;

import jakarta.mail.Message;
import java.io.IOException;
import java.util.Optional;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldOpening.Why;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.policy.wording.PlainText;

/**
 * One message of the mailbox.
 *
 * @param uid by which the mailbox names it
 * @param copy what a gateway with our key wrote about it
 * @param from what its only From says, in clear and made harmless; empty if there is none, or several
 * @param subject what its only Subject says, likewise
 */
record HeldItem(
        Message message,
        long uid,
        State state,
        Optional<HeldCopy> copy,
        Optional<String> from,
        Optional<String> subject) {
    /** What can be said of a message without reading all of it. */
    enum State {
        HELD,
        RELEASED,
        EXPIRED,
        ALTERED,
        OTHER_GATEWAY,
        UNREADABLE,
        /** It has no field of a gateway: somebody else put it there. */
        NOT_HELD;

        static State of(Why why) {
            return switch (why) {
                case NOT_HELD -> NOT_HELD;
                case OF_ANOTHER_GATEWAY -> OTHER_GATEWAY;
                case ALTERED -> ALTERED;
                case EXPIRED -> EXPIRED;
            };
        }
    }

    /** @param top its first octets */
    static HeldItem of(Message message, long uid, boolean isReleased, HeldSeal.Look look, RawMessage top)
            throws IOException {
        State state = look.why().map(State::of).orElse(isReleased ? State.RELEASED : State.HELD);
        Optional<HeaderBlock> header =
                HeaderBlock.read(top, Budget.standard()) instanceof Parsed.Success<HeaderBlock>(HeaderBlock read)
                        ? Optional.of(read)
                        : Optional.empty();
        return new HeldItem(message, uid, state, look.copy(), said(header, "From"), said(header, "Subject"));
    }

    static HeldItem unreadable(Message message, long uid) {
        return new HeldItem(message, uid, State.UNREADABLE, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns the id of the copy. Where nobody can tell it, the mailbox names the message. */
    String id() {
        return copy.map(HeldCopy::id).orElse("uid-" + uid);
    }

    /** Tells whether this names the message: a whole id, or at least the first eight digits of the id of a copy. */
    boolean isNamed(String name) {
        return state != State.NOT_HELD
                && (id().equals(name) || (copy.isPresent() && name.length() >= 8 && id().startsWith(name)));
    }

    private static Optional<String> said(Optional<HeaderBlock> header, String name) {
        return header.flatMap(fields -> fields.single(name))
                .map(HeaderField::unfolded)
                .flatMap(PlainText::of);
    }
}
