package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message to the next hop: made for it, run once, thrown away.
 *
 * <p>Commands go out in windows: all at once up to {@link #WINDOW} where PIPELINING is announced (RFC 2920), else one by one. DATA goes with them, except where a refused
 * recipient is to stop the rest: the content must not follow then, and a DATA that was answered with 354 leaves no way out but to send something.
 *
 * <p>When the connection is lost, every recipient without an answer of his own is deferred. After the final dot that is in doubt, unless the dot is known not to have left.
 */
final class Transaction {
    private final Connection connection;
    private final Optional<NextHop.Session> session;
    private final OutgoingEnvelope envelope;
    private final Content content;
    private final boolean allOrNothing;
    private final NextHop.Acceptance acceptance;
    private final Needs needs;
    private final Timeouts timeouts;
    private final Pace pace;
    private final boolean isLmtp;
    private final boolean isDsnWaived;
    private final @Nullable Outcome[] outcomes;
    private final List<Integer> accepted = new ArrayList<>();
    private boolean isMailAnswered;
    private boolean isMailRefused;
    private boolean isInStep = true;
    private @Nullable Reply dataReply;
    private @Nullable ChannelFuture finalDot;
    private boolean isDotTried;

    Transaction(
            Connection connection,
            Sendable unit,
            OutgoingEnvelope envelope,
            Content content,
            boolean allOrNothing,
            NextHop.Acceptance acceptance,
            ClientSettings settings) {
        this.connection = connection;
        // asked at the beginning: a connection that is lost has no address any more
        this.session = connection.session();
        this.envelope = envelope;
        this.content = content;
        this.allOrNothing = allOrNothing;
        this.acceptance = acceptance;
        this.needs = Needs.of(unit, envelope, content);
        this.timeouts = settings.timeouts();
        this.pace = new Pace(
                settings.nextHop().limits().patience().octetsPerSecond(),
                settings.timeouts().dataBlock());
        this.isLmtp = settings.nextHop().protocol() == Peer.Protocol.LMTP;
        this.isDsnWaived = settings.nextHop().allowOpenedWithoutDsn();
        this.outcomes = new @Nullable Outcome[envelope.recipients().size()];
    }

    /** What the message demands of the next hop besides its content. */
    record Needs(boolean smtpUtf8, boolean smtpUtf8ForAll, boolean headersOnly) {
        static Needs of(Sendable unit, OutgoingEnvelope envelope, Content content) {
            boolean sender = !envelope.reversePath().mailbox().stream().allMatch(a -> a.isAscii());
            boolean recipients =
                    !envelope.recipients().stream().allMatch(r -> r.address().isAscii());
            // A header with raw octets that nobody declared (RFC 6531 §3.4) is older than SMTPUTF8 and passes as it
            // came.
            boolean header = envelope.parameters().smtpUtf8() && content.isHeaderEightBit();
            return new Needs(sender || recipients || header, sender || header, unit instanceof Sendable.Opened);
        }
    }

    /** How it ended; each with one outcome per recipient. */
    sealed interface Ended {
        /** That is what became of it. */
        record Settled(List<Outcome> outcomes) implements Ended {}

        /** A reused connection turned out dead before anything was answered, so that another one may be tried. */
        record Stale() implements Ended {}

        /** The connection was lost before the final dot was sent, so that nobody has the message, and another address may be tried. */
        record Lost(List<Outcome> outcomes, String why) implements Ended {}
    }

    /** Runs it. */
    Ended run() {
        Optional<Reason> obstacle = obstacle();
        if (obstacle.isPresent()) {
            settleRest(Outcome.of(obstacle.get(), "before MAIL"));
            return new Ended.Settled(settled());
        }
        if (!connection.capabilities().has("SMTPUTF8")) {
            refuseInternationalised();
        }
        try {
            if (exchange()) {
                sendContent();
            }
            leaveClean();
        } catch (LostException lost) {
            isInStep = false;
            connection.drop();
            if (connection.isReused() && !isMailAnswered && !lost.isTimeout()) {
                return new Ended.Stale();
            }
            settleLost(lost);
            if (!isDotTried) {
                return new Ended.Lost(settled(), String.valueOf(lost.getMessage()));
            }
        } catch (IOException unreadable) {
            // nothing of the message is completed: the next hop must discard data without a final dot
            isInStep = false;
            connection.drop();
            LOG.error("Content cannot be sent", unreadable);
            settleRest(Outcome.of(Reason.INTERNAL_ERROR, unreadable.toString()));
        } finally {
            connection.hear(_ -> {});
        }
        return new Ended.Settled(settled());
    }

    /** Whether the connection may carry another transaction. */
    boolean isConnectionReusable() {
        return isInStep;
    }

    /** Why this message may not go over this connection. */
    private Optional<Reason> obstacle() {
        Capabilities hop = connection.capabilities();
        if (needs.headersOnly() && !connection.isLoopback() && !connection.isVerified()) {
            return Optional.of(Reason.CLEAR_CHANNEL_REFUSED);
        }
        if (needs.headersOnly() && !hop.has(DSN) && !isDsnWaived) {
            return Optional.of(Reason.OPENED_NEEDS_DSN);
        }
        boolean nobodyElse = allOrNothing
                || envelope.recipients().stream().noneMatch(r -> r.address().isAscii());
        if (needs.smtpUtf8() && !hop.has("SMTPUTF8") && (needs.smtpUtf8ForAll() || nobodyElse)) {
            return Optional.of(Reason.SMTPUTF8_NOT_SUPPORTED);
        }
        if (content.isEightBit() && !hop.has("8BITMIME")) {
            return Optional.of(Reason.EIGHT_BIT_NOT_SUPPORTED);
        }
        boolean isTooBig = hop.maximumSize().orElse(Long.MAX_VALUE) < content.size();
        return isTooBig ? Optional.of(Reason.MESSAGE_TOO_BIG) : Optional.empty();
    }

    /** RFC 6531 §3.2: nobody is told of such an address who has not announced SMTPUTF8. The other recipients need not suffer for it. */
    private void refuseInternationalised() {
        for (int i = 0; i < outcomes.length; i++) {
            if (!envelope.recipients().get(i).address().isAscii()) {
                outcomes[i] = Outcome.of(Reason.SMTPUTF8_NOT_SUPPORTED, "RCPT not sent");
            }
        }
    }

    /** MAIL to DATA; true when content is awaited. */
    private boolean exchange() throws LostException {
        boolean pipelining = connection.capabilities().has("PIPELINING");
        boolean dataApart = allOrNothing && outcomes.length > 1;
        List<Command> commands = commands();
        int next = 0;
        while (next < commands.size()) {
            int end = Math.min(next + (pipelining ? WINDOW : 1), commands.size());
            if (dataApart && end == commands.size() && end - next > 1) {
                end--;
            }
            List<Command> window = commands.subList(next, end);
            if (window.getFirst().verb() == Verb.DATA && !mayStillSend()) {
                return false;
            }
            connection.write(window.stream().map(Command::line).toList());
            for (Command command : window) {
                Reply reply = connection.await(
                        command.verb() == Verb.DATA ? timeouts.dataBlock() : timeouts.command(),
                        command.verb().name());
                take(command, reply);
            }
            if (isMailRefused && dataReply == null) {
                return false;
            }
            next = end;
        }
        return dataReply != null && dataReply.code() == 354;
    }

    private List<Command> commands() {
        Capabilities hop = connection.capabilities();
        List<Command> commands = new ArrayList<>();
        envelope.xforward()
                .map(client -> Commands.xforward(client, hop.xforwardAttributes()))
                .orElse(List.of())
                .forEach(line -> commands.add(new Command(Verb.XFORWARD, -1, line)));
        boolean smtpUtf8 = Commands.isSmtpUtf8(envelope, needs, hop);
        commands.add(new Command(Verb.MAIL, -1, Commands.mail(envelope, content, needs, hop)));
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                commands.add(new Command(
                        Verb.RCPT, i, Commands.rcpt(envelope.recipients().get(i), hop, smtpUtf8)));
            }
        }
        commands.add(new Command(Verb.DATA, -1, "DATA"));
        return commands;
    }

    /** Somebody is left to send to, and nobody whose refusal stops the others. */
    private boolean mayStillSend() {
        return !accepted.isEmpty() && (!allOrNothing || accepted.size() == outcomes.length);
    }

    private void take(Command command, Reply reply) throws LostException {
        if (reply.code() == 421) {
            throw new LostException(command.verb() + ": " + reply);
        }
        boolean isRefusal = isRefusal(reply);
        switch (command.verb()) {
            case XFORWARD -> {
                // a next hop that does not believe us still gets the mail
                if (isRefusal) {
                    LOG.warn("XFORWARD refused by the next hop: {}", reply);
                }
            }
            case MAIL -> {
                expect(isRefusal || reply.isPositive(), command, reply);
                isMailAnswered = true;
                isMailRefused = isRefusal;
                if (isRefusal) {
                    settleRest(new Outcome(reply, false));
                }
            }
            case RCPT -> {
                expect(isRefusal || reply.isPositive(), command, reply);
                if (isMailRefused) {
                    return;
                }
                if (isRefusal) {
                    outcomes[command.recipient()] = new Outcome(reply, false);
                } else {
                    accepted.add(command.recipient());
                }
            }
            case DATA -> {
                expect(isRefusal || reply.code() == 354, command, reply);
                dataReply = reply;
                if (isRefusal) {
                    settleRest(new Outcome(reply, false));
                }
            }
        }
    }

    private static void expect(boolean asExpected, Command command, Reply reply) throws LostException {
        if (!asExpected) {
            throw new LostException("unexpected reply to " + command.verb() + ": " + reply);
        }
    }

    private void sendContent() throws LostException, IOException {
        if (!mayStillSend()) {
            endEmpty();
            return;
        }
        FailPoint.AFTER_NEXT_HOP_DATA.reached();
        Optional<Reply> early = writeContent();
        FailPoint.AFTER_NEXT_HOP_DOT.reached();
        if (early.isPresent()) {
            isInStep = false;
            connection.drop();
            Reply reply = early.get();
            if (reply.code() == 421 || !isRefusal(reply)) {
                throw new LostException("reply before the end of data: " + reply);
            }
            settleRest(afterContent(reply));
        } else if (isLmtp) {
            awaitEach();
        } else {
            Reply reply = connection.await(timeouts.finalReply(), "final dot");
            if (reply.code() == 421) {
                finalDot = null;
                throw new LostException("data: " + reply);
            }
            expectFinal(reply);
            settleRest(afterContent(reply));
        }
    }

    private Outcome afterContent(Reply reply) {
        Outcome said = new Outcome(reply, false);
        return needs.headersOnly() ? said.withoutItsWords() : said;
    }

    /** RFC 2920 §3.1: 354 although no recipient is left; an empty message ends it, whatever is said of that. */
    private void endEmpty() throws LostException, IOException {
        if (isLmtp) {
            // RFC 2033 §4.2 has a reply for each recipient, and there is none
            isInStep = false;
            connection.drop();
            return;
        }
        ByteBuf dot = connection.newBuffer();
        new DotStuffer().finish(dot);
        var _ = connection.send(dot);
        Reply _ = connection.await(timeouts.finalReply(), "lone dot");
    }

    /** RFC 2033 §4.2: a reply for each accepted recipient, in the order of RCPT. Who has his before the connection is lost is not in doubt. */
    private void awaitEach() throws LostException {
        for (int recipient : accepted) {
            Reply reply = connection.await(timeouts.finalReply(), "final dot");
            expectFinal(reply);
            outcomes[recipient] = afterContent(reply);
        }
    }

    /** Whom each further reply accepts is said at once, on the thread that reads it: the one that waits for it here may have to wait for a processor. */
    private Consumer<Reply> finalReplies() {
        Iterator<Integer> next = List.copyOf(accepted).iterator();
        return reply -> {
            FailPoint.AFTER_NEXT_HOP_REPLY.reached();
            if (!isLmtp && reply.isPositive()) {
                next.forEachRemaining(recipient -> acceptance.accepted(recipient, reply));
            } else if (isLmtp && next.hasNext()) {
                int recipient = next.next();
                if (reply.isPositive()) {
                    acceptance.accepted(recipient, reply);
                }
            }
        };
    }

    private static void expectFinal(Reply reply) throws LostException {
        if (!isRefusal(reply) && !reply.isPositive()) {
            throw new LostException("unexpected reply to data: " + reply);
        }
    }

    private static boolean isRefusal(Reply reply) {
        return reply.isTemporary() || reply.isPermanent();
    }

    /** The reply that came before the end was sent, if one did: then the end was not sent. */
    private Optional<Reply> writeContent() throws LostException, IOException {
        DotStuffer stuffer = new DotStuffer();
        ByteBuf out = connection.newBuffer();
        long start = System.nanoTime();
        long taken = 0;
        try (InputStream in = content.open()) {
            byte[] block = new byte[Content.BLOCK];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                stuffer.write(block, n, out);
                taken += n;
                if (out.readableBytes() >= Content.BLOCK) {
                    var _ = connection.send(out);
                    out = connection.newBuffer();
                    Optional<Reply> early = connection.awaitWritable(timeouts.dataBlock());
                    if (early.isPresent()) {
                        return early;
                    }
                    if (pace.isTooSlow(taken, Duration.ofNanos(System.nanoTime() - start))) {
                        throw LostException.timeout(
                                "content, slower than " + pace.octetsPerSecond() + " octets a second");
                    }
                }
            }
            stuffer.finish(out);
            Optional<Reply> early = connection.awaitWritable(timeouts.dataBlock());
            if (early.isPresent()) {
                return early;
            }
            if (connection.isLate()) {
                throw LostException.timeout("content");
            }
            // Whoever has the dot may have the message: what became of it is worth every wait
            connection.endAt(Deadline.NONE);
            connection.hear(finalReplies());
            out.retain();
            isDotTried = true;
            finalDot = connection.send(out);
            return Optional.empty();
        } finally {
            out.release();
        }
    }

    /** Ends what MAIL began, so that the connection can be used again. */
    private void leaveClean() {
        if (allOrNothing && !accepted.isEmpty() && !mayStillSend()) {
            settleRest(Outcome.of(Reason.NOT_SENT_WITH_OTHERS, "another recipient was refused"));
        }
        if (!isInStep || finalDot != null) {
            return;
        }
        try {
            connection.write(List.of("RSET"));
            isInStep = connection.await(timeouts.command(), "RSET").isPositive();
        } catch (LostException _) {
            isInStep = false;
        }
    }

    private void settleLost(LostException lost) {
        ChannelFuture dot = finalDot;
        boolean inDoubt = dot != null && (dot.isSuccess() || !dot.isDone());
        Outcome outcome = Outcome.of(Reason.NEXT_HOP_BROKE_OFF, String.valueOf(lost.getMessage()));
        settleRest(new Outcome(outcome.reply(), inDoubt, outcome.reason(), outcome.detail()));
    }

    private void settleRest(Outcome outcome) {
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                outcomes[i] = outcome;
            }
        }
    }

    private List<Outcome> settled() {
        return Arrays.stream(outcomes)
                .map(outcome -> java.util.Objects.requireNonNull(outcome, "recipient without outcome"))
                .map(outcome -> session.map(outcome::over).orElse(outcome))
                .toList();
    }

    private enum Verb {
        XFORWARD,
        MAIL,
        RCPT,
        DATA
    }

    private record Command(Verb verb, int recipient, String line) {}

    /** The extension that lets us ask for bounces without the content (RFC 3461). */
    static final String DSN = "DSN";

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    // fewer than the replies that SessionHandler keeps
    private static final int WINDOW = 100;
}
