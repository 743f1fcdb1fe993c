package org.postseal.gateway.smtp.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.Reason;

/** Where units are sent to. Blocking, thread-safe; never throws for what a peer or a network does. */
public interface NextHop extends AutoCloseable {
    /**
     * Sends one unit in one transaction.
     *
     * @param allOrNothing true: when RCPT is refused for one recipient nothing is sent and every other one gets {@code NOT_SENT_WITH_OTHERS}
     * @return one outcome per recipient of the envelope, in its order
     * @throws IllegalArgumentException when the envelope names a recipient whom the unit does not; nothing is sent
     */
    List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing);

    /**
     * The same, for who wants to know of an acceptance before this returns.
     *
     * @param acceptance may hear of a recipient at once when the next hop takes the message for him; whoever it does not hear of may be accepted all the same
     */
    default List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing, Acceptance acceptance) {
        return send(unit, envelope, allOrNothing);
    }

    /**
     * Whether a message that we have opened may go that way as far as is known: every server that can be asked announces DSN, or the administrator does without it. May connect to find out.
     */
    default boolean mayTakeOpened(NextHopConfig.Way way) {
        return true;
    }

    /** Hears that a recipient has been accepted, on the thread that reads replies: it must neither wait nor throw. */
    @FunctionalInterface
    interface Acceptance {
        /**
         * @param recipient index in the envelope
         * @param reply 2xx, after the final dot
         */
        void accepted(int recipient, Reply reply);

        /** Nobody wants to know. */
        static Acceptance unheard() {
            return (_, _) -> {};
        }
    }

    @Override
    void close();

    /**
     * A session with a server.
     *
     * @param server its address
     * @param tls empty without
     */
    record Session(InetSocketAddress server, Optional<Tls> tls) {}

    /**
     * TLS of a session.
     *
     * @param protocol such as {@code TLSv1.3}
     * @param cipherSuite by its name in Java
     * @param serverSubject subject of the server's certificate; empty where it has shown none
     * @param isVerified certificate and name were checked
     */
    record Tls(String protocol, String cipherSuite, Optional<String> serverSubject, boolean isVerified) {}

    /**
     * @param reply what our upstream is to be told: the next hop's own reply where it gave one, else the reply of our reason; code and status of the next hop with our words where its words may quote what we opened
     * @param inDoubt the connection was lost after the final dot was sent and before a reply: the next hop may have accepted it
     * @param reason why it was not accepted; {@code NEXT_HOP_REFUSED} or {@code NEXT_HOP_DEFERRED} where the reply is the next hop's own; empty when accepted
     * @param detail the cause, for log and audit only
     * @param session over which it was sent, or was to be; empty where there was none
     */
    record Outcome(
            Reply reply, boolean inDoubt, Optional<Reason> reason, Optional<String> detail, Optional<Session> session) {
        /** Without a session. */
        public Outcome(Reply reply, boolean inDoubt, Optional<Reason> reason, Optional<String> detail) {
            this(reply, inDoubt, reason, detail, Optional.empty());
        }

        /** The same, over this session. */
        public Outcome over(Session used) {
            return new Outcome(reply, inDoubt, reason, detail, Optional.of(used));
        }

        /** What the next hop said, accepted or refused. */
        public Outcome(Reply reply, boolean inDoubt) {
            this(reply, inDoubt, reasonOf(reply), Optional.empty());
        }

        /** Not accepted, by our own judgement. */
        public static Outcome of(Reason reason, String detail) {
            return new Outcome(Reply.of(reason), false, Optional.of(reason), Optional.of(detail));
        }

        /**
         * The same with code and status of a refusal alone, its words as detail. They go into a bounce (RFC 3464 §2.3.6), and a filter that has read what we opened may quote it.
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

        /** The next hop has taken it. */
        public boolean isAccepted() {
            return reply.isPositive();
        }

        /** The reply is the next hop's own, not ours. */
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
