package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TenantTokens.Admitted;
import org.postseal.gateway.smtp.DataReader;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conducts the dialogue from DATA to the final reply. The data is read to its end before anything is decided. Then one
 * reply per recipient goes out (LMTP, RFC 2033 §4.2), or one for all.
 */
final class DataPhase {
    /** Says what becomes of the session. */
    enum Result {
        /** At least one recipient was accepted. */
        ACCEPTED,
        REFUSED,
        /** The connection is of no more use. */
        BROKEN,
        /** Replies are written, but the peer has not stopped sending data. */
        CLOSE
    }

    private final ServerSettings settings;
    private final MessageReceiver receiver;
    private final Connection connection;
    private boolean isPipelined;

    DataPhase(ServerSettings settings, MessageReceiver receiver, Connection connection) {
        this.settings = settings;
        this.receiver = receiver;
        this.connection = connection;
    }

    /**
     * Tells whether the peer had sent its next command before it had our reply, in the same group of commands (RFC 2920
     * §3.1).
     */
    boolean isPipelined() {
        return isPipelined;
    }

    /** Runs the phase; throws if the connection fails before there is anything to reply to. */
    Result run(Transaction transaction) throws IOException {
        connection.reply(GO_AHEAD);
        try (Spool.Scope scope = settings.spools().open()) {
            Spool spool = scope.newSpool();
            connection.expectData();
            DataReader data = new DataReader(
                    connection.input(),
                    new GatedStream(spool, transaction.hold()),
                    settings.limits().message());
            DataReader.Outcome outcome = data.read();
            connection.expectNothing();
            FailPoint.AFTER_DOT.reached();
            return switch (outcome) {
                case DataReader.Outcome.Complete(long _) -> reply(transaction, receive(transaction, spool, scope));
                case DataReader.Outcome.Refused(Reason reason) ->
                    reply(transaction, refused(transaction, data.octets(), reason));
                case DataReader.Outcome.SinkFailed(IOException cause) ->
                    reply(transaction, notStored(transaction, cause));
                case DataReader.Outcome.Overrun() -> {
                    Result result = reply(transaction, refused(transaction, data.octets(), Reason.MESSAGE_TOO_BIG));
                    yield result == Result.BROKEN ? result : Result.CLOSE;
                }
                case DataReader.Outcome.BrokenOff() -> {
                    LOG.info("{}: connection lost inside the data, nothing is delivered", transaction.queueId());
                    yield Result.BROKEN;
                }
            };
        }
    }

    private List<Reply> receive(Transaction transaction, Spool spool, Spool.Scope scope) {
        RawMessage message;
        try {
            message = spool.finish();
        } catch (IOException cause) {
            return notStored(transaction, cause);
        }
        scope.countIn(transaction.hold());
        return answer(transaction, message.size(), envelope -> receive(envelope, message, scope));
    }

    /** Refuses a message whose content nobody has looked at. The message is put on record and counted. */
    private List<Reply> refused(Transaction transaction, long octets, Reason reason) {
        return answer(transaction, octets, envelope -> receiver.refuse(envelope, octets, reason, reason.auditText()));
    }

    private interface Answer {
        List<Reply> to(Envelope envelope) throws IOException;
    }

    private List<Reply> answer(Transaction transaction, long octets, Answer answer) {
        List<Reply> replies;
        try {
            replies = answer.to(transaction.envelope(settings.clock().instant(), octets));
        } catch (IOException cause) {
            return notStored(transaction, cause);
        } catch (RuntimeException | StackOverflowError unexpected) {
            LOG.error("{}: unexpected error, answered with 451", transaction.queueId(), unexpected);
            return all(transaction, Reply.of(Reason.INTERNAL_ERROR));
        }
        if (replies.size() != transaction.recipientCount()) {
            LOG.error(
                    "{}: {} replies for {} recipients, answered with 451",
                    transaction.queueId(),
                    replies.size(),
                    transaction.recipientCount());
            return all(transaction, Reply.of(Reason.INTERNAL_ERROR));
        }
        return replies.stream().map(DataPhase::asFinalReply).toList();
    }

    private List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) throws IOException {
        if (settings.tenantTokens().isEmpty()) {
            return receiver.receive(envelope, message, scope);
        }
        return switch (settings.tenantTokens().get().admit(envelope, message)) {
            case Parsed.Success<Admitted>(Admitted(Envelope admitted, RawMessage rest)) ->
                receiver.receive(admitted, rest, scope);
            case Parsed.Refused<Admitted>(Reason reason, String detail) ->
                receiver.refuse(envelope, message.size(), reason, detail);
        };
    }

    private List<Reply> notStored(Transaction transaction, IOException cause) {
        if (cause instanceof OctetGate.FullException) {
            LOG.info("{}: put off, {}", transaction.queueId(), cause.getMessage());
            return all(transaction, Replies.TOO_MUCH_UNDER_WAY);
        }
        LOG.error("{}: the message could not be stored, answered with 452", transaction.queueId(), cause);
        return all(transaction, Reply.of(452, "4.3.1", "Insufficient system storage"));
    }

    private Result reply(Transaction transaction, List<Reply> replies) {
        List<Reply> sent = settings.protocol() == Peer.Protocol.LMTP ? replies : List.of(worst(replies));
        sent.forEach(connection::reply);
        try {
            isPipelined = connection.hasUnreadInput();
            connection.flush();
        } catch (IOException cause) {
            LOG.warn(
                    "{}: the peer did not get the reply {} and will send this message again: {}",
                    transaction.queueId(),
                    sent.stream().map(Reply::code).toList(),
                    cause.toString());
            return Result.BROKEN;
        }
        return sent.stream().anyMatch(Reply::isPositive) ? Result.ACCEPTED : Result.REFUSED;
    }

    /**
     * Returns one reply for all recipients. A 4xx for any of them makes the peer try again; otherwise a 5xx counts
     * above a 2xx. The road makes all replies the same already; other receivers may not.
     */
    static Reply worst(List<Reply> replies) {
        Optional<Reply> temporary = replies.stream().filter(Reply::isTemporary).findFirst();
        Optional<Reply> permanent = replies.stream().filter(Reply::isPermanent).findFirst();
        return temporary.or(() -> permanent).orElseGet(replies::getFirst);
    }

    // 421 would say that we close (RFC 5321 §3.8), and a reply that is neither 2xx, 4xx nor 5xx would break the
    // dialogue.
    private static Reply asFinalReply(Reply reply) {
        if (reply.code() == 421) {
            return new Reply(451, reply.status(), reply.lines());
        }
        return reply.isPositive() || reply.isRefusal() ? reply : Reply.of(Reason.INTERNAL_ERROR);
    }

    private static List<Reply> all(Transaction transaction, Reply reply) {
        return Collections.nCopies(transaction.recipientCount(), reply);
    }

    private static final Logger LOG = LoggerFactory.getLogger(DataPhase.class);
    private static final Reply GO_AHEAD = new Reply(354, Optional.empty(), List.of("End data with <CR><LF>.<CR><LF>"));
}
