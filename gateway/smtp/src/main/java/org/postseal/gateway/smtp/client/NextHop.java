package org.postseal.gateway.smtp.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/**
 * Sends units to a next hop. It blocks, is thread-safe, and never throws for what a peer or a network does. An
 * implementation lets a {@link Sendable.Opened} go only to the same machine or over verified TLS, and never sends a
 * unit
 * again whose last octet has left without an answer.
 */
public interface NextHop extends AutoCloseable {
    /**
     * Sends one unit in one transaction.
     *
     * @param allOrNothing if true, and RCPT is refused for one recipient, nothing is sent and every other one gets
     * {@code NOT_SENT_WITH_OTHERS}
     * @return one outcome per recipient of the envelope, in its order
     * @throws IllegalArgumentException if the envelope names a recipient whom the unit does not; nothing is sent then
     */
    List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing);

    /**
     * Sends one unit, for a caller that wants to know of an acceptance before this returns.
     *
     * @param acceptance may hear of a recipient at once when the next hop takes the message for them; a recipient that
     * it does not hear of may be accepted all the same
     */
    default List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing, Acceptance acceptance) {
        return send(unit, envelope, allOrNothing);
    }

    /**
     * Tells whether a message that we have opened may go that way, as far as is known. Every server that can be asked
     * must announce 8BITMIME, which an opened message may need although its ciphertext does not. It must announce DSN,
     * unless the administrator has waived that. If it offers TLS and TLS is wanted, a handshake must have succeeded.
     * No opened message may go to servers that are found by MX. This may connect to find out.
     *
     * @param needsSmtpUtf8 whether SMTPUTF8 must be announced as well
     */
    OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8);

    /**
     * Hears that a recipient has been accepted, on the thread that reads replies, and says whether the message may be
     * completed. It must neither wait nor throw.
     */
    @FunctionalInterface
    interface Acceptance {
        /**
         * Hears of one recipient.
         *
         * @param recipient index in the envelope
         * @param reply 2xx, after the final dot
         */
        void accepted(int recipient, Reply reply);

        /**
         * Is asked right before the end of the message is sent, on the thread that sends.
         *
         * @return what becomes of the message if it may not be completed any more; nobody has it then
         */
        default Optional<Outcome> obstacle() {
            return Optional.empty();
        }

        /** Returns an acceptance that does nothing, for a caller that does not want to know. */
        static Acceptance unheard() {
            return (_, _) -> {};
        }
    }

    @Override
    void close();

    /**
     * Describes a session with a server.
     *
     * @param server its address
     * @param tls empty if there is none
     */
    record Session(InetSocketAddress server, Optional<Tls> tls) {}

    /**
     * Describes the TLS of a session.
     *
     * @param protocol such as {@code TLSv1.3}
     * @param cipherSuite by its name in Java
     * @param serverSubject subject of the server's certificate; empty if it has shown none
     * @param isVerified whether certificate and name were checked
     */
    record Tls(String protocol, String cipherSuite, Optional<String> serverSubject, boolean isVerified) {}

    /**
     * Says what became of a message for one recipient.
     *
     * @param reply the next hop's own reply if it gave one, and otherwise the reply for {@code reason}. If the next
     * hop's text may quote what we opened, our own text takes its place.
     * @param inDoubt whether the connection was lost after the final dot was sent and before a reply, so that the next
     * hop may have accepted the message
     * @param reason why it was not accepted; {@code NEXT_HOP_REFUSED} or {@code NEXT_HOP_DEFERRED} if the reply is the
     * next hop's own; empty if it was accepted
     * @param detail the cause, for log and audit only
     * @param session over which it was sent, or was to be sent; empty if there was none
     */
    record Outcome(
            Reply reply, boolean inDoubt, Optional<Reason> reason, Optional<String> detail, Optional<Session> session) {
        public Outcome(Reply reply, boolean inDoubt, Optional<Reason> reason, Optional<String> detail) {
            this(reply, inDoubt, reason, detail, Optional.empty());
        }

        public Outcome over(Session used) {
            return new Outcome(reply, inDoubt, reason, detail, Optional.of(used));
        }

        /** Makes the outcome for a reply of the next hop, which accepts or refuses. */
        public Outcome(Reply reply, boolean inDoubt) {
            this(reply, inDoubt, reasonOf(reply), Optional.empty());
        }

        /** Makes the outcome for a message that is not accepted for a reason of our own. */
        public static Outcome of(Reason reason, String detail) {
            return new Outcome(Reply.of(reason), false, Optional.of(reason), Optional.of(detail));
        }

        /**
         * Returns the same outcome with only the code and status of a refusal, and with its text as the detail. A
         * filter that has read what we opened may quote it, and replies go into bounces (RFC 3464 §2.3.6) and the
         * journal.
         */
        Outcome withoutItsWords() {
            if (reason.isEmpty() || !isFromNextHop()) {
                return this;
            }
            return new Outcome(
                    new Reply(reply.code(), reply.status(), List.of(reason.get().publicText())),
                    inDoubt,
                    reason,
                    Optional.of("the next hop said: " + reply),
                    session);
        }

        public boolean isAccepted() {
            return reply.isPositive();
        }

        /** Returns true if the reply is the next hop's own, not ours. */
        public boolean isFromNextHop() {
            return reason.isEmpty()
                    || reason.get() == Reason.NEXT_HOP_REFUSED
                    || reason.get() == Reason.NEXT_HOP_DEFERRED;
        }

        private static Optional<Reason> reasonOf(Reply reply) {
            if (reply.isPositive()) {
                return Optional.empty();
            }
            return Optional.of(reply.isPermanent() ? Reason.NEXT_HOP_REFUSED : Reason.NEXT_HOP_DEFERRED);
        }
    }
}
