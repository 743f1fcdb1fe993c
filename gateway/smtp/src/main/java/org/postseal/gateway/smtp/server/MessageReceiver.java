package org.postseal.gateway.smtp.server;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/**
 * Takes the messages of a listener. It is called once per message, after its last octet has been read, on the session's
 * thread. Thread-safe.
 */
public interface MessageReceiver {
    /**
     * Takes the message or refuses it, recipient by recipient. A 2xx means that the next hop has accepted it for that
     * recipient. On an SMTP listener one reply goes out for all: the worst of them (4xx before 5xx before 2xx).
     *
     * @param scope holds the message's octets; the server closes it after the replies are written
     * @return as many replies as the envelope has recipients, in its order; an exception is answered with 451 4.3.0 for
     * all
     */
    List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope);

    /** Hears when a message is given up because it hangs. */
    @FunctionalInterface
    interface HangObserver {
        /**
         * This is called before the replies.
         *
         * @param isGuilty whether the message itself is at fault: its handling has not returned, and does not wait for
         * something else, such as a token
         * @return an action to be run if the handling ends after all; the message was then only slow, and the blame is
         * taken back
         */
        Runnable hangs(boolean isGuilty);
    }

    /**
     * Takes the message as {@link #receive(Envelope, RawMessage, Spool.Scope)} does. A receiver that watches for
     * messages that hang tells {@code observer} of them.
     */
    default List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope, HangObserver observer) {
        return receive(envelope, message, scope);
    }

    /**
     * Takes a message that must not be looked into, since looking into it ends the process, or since there is no time
     * for it.
     *
     * @param mayRedirect whether it may be redirected unchanged; if not, it is answered with the reason
     */
    default List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        return Collections.nCopies(envelope.recipients().size(), Reply.of(reason));
    }

    /**
     * Refuses a message that the listener itself does not take, so that it is on record and counted like any other.
     *
     * @param octets that came; nobody looks into them
     * @param detail the cause, for the record
     * @return as many replies as the envelope has recipients, in its order
     */
    default List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return Collections.nCopies(envelope.recipients().size(), Reply.of(reason));
    }

    /**
     * Tells whether two recipients of a message that is still to come are treated alike and go the same way, as far as
     * its envelope tells. It may wait for a directory server.
     */
    default boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return true;
    }

    /**
     * Says why nobody may send to this recipient, whatever the message is; the result is empty if somebody may. It must
     * not wait for anything.
     */
    default Optional<Reason> refusal(MailAddress recipient) {
        return Optional.empty();
    }

    /**
     * Says that the peer is known to have the replies to this message, with a 2xx among them, since it went on with
     * another command. It must not wait for anything.
     */
    default void told(QueueId queueId) {}
}
