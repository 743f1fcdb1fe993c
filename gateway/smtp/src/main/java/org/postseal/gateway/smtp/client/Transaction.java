package org.postseal.gateway.smtp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one message to the next hop. It is made for the message, run once and thrown away.
 *
 * <p>Commands go out in windows. They go all at once up to {@link #WINDOW} if PIPELINING is announced (RFC 2920), and
 * otherwise one by one. DATA goes with them, unless one refused recipient must stop the message for all: once DATA is
 * answered with 354, something has to be sent.
 *
 * <p>If the connection is lost, every recipient without a reply of their own is deferred. If it is lost after the final
 * dot, these outcomes are in doubt, unless the dot is known not to have left.
 */
final class Transaction {
    private final Connection connection;
    private final OutgoingEnvelope envelope;
    private final Content content;
    private final boolean allOrNothing;
    private final Needs needs;
    private final Timeouts timeouts;
    private final boolean isDsnWaived;
    private final Outcomes outcomes;
    private final ContentPhase data;
    private final List<Integer> accepted = new ArrayList<>();
    private boolean isMailAnswered;
    private boolean isMailRefused;
    private boolean isInStep = true;
    private @Nullable Reply dataReply;

    Transaction(Connection connection, Message message) {
        this.connection = connection;
        this.envelope = message.envelope();
        this.content = message.content();
        this.allOrNothing = message.allOrNothing();
        this.needs = Needs.of(message.unit(), envelope, content);
        this.timeouts = message.settings().timeouts();
        this.isDsnWaived = message.settings().nextHop().allowOpenedWithoutDsn();
        // The session is asked for now, since a connection that is lost has no address any more.
        this.outcomes = new Outcomes(envelope.recipients().size(), connection.session());
        this.data = new ContentPhase(connection, message, outcomes, needs.headersOnly());
    }

    /** Says how the transaction ended. The outcomes are one per recipient. */
    sealed interface Ended {
        /** The outcomes say what became of the message. */
        record Settled(List<Outcome> outcomes) implements Ended {}

        /** A reused connection turned out dead before anything was answered, so that another one may be tried. */
        record Stale() implements Ended {}

        /**
         * The connection was lost before the final dot was sent, so that nobody has the message, and another address
         * may be tried.
         */
        record Lost(List<Outcome> outcomes, String why) implements Ended {}
    }

    Ended run() {
        Optional<Reason> obstacle = needs.obstacle(connection, envelope, content, allOrNothing, isDsnWaived);
        if (obstacle.isPresent()) {
            outcomes.settleRest(Outcome.of(obstacle.get(), "before MAIL"));
            return new Ended.Settled(outcomes.all());
        }
        if (!connection.capabilities().has("SMTPUTF8")) {
            refuseInternationalised();
        }
        try {
            if (exchange()) {
                isInStep = mayStillSend() ? data.send(accepted) : data.endEmpty();
            }
            leaveClean();
        } catch (LostException lost) {
            isInStep = false;
            connection.drop();
            if (connection.isReused() && !isMailAnswered && !lost.isTimeout()) {
                return new Ended.Stale();
            }
            settleLost(lost);
            if (!data.isDotTried()) {
                return new Ended.Lost(outcomes.all(), String.valueOf(lost.getMessage()));
            }
        } catch (IOException unreadable) {
            // Nothing of the message is completed: the next hop must discard data without a final dot.
            isInStep = false;
            connection.drop();
            LOG.error("Content cannot be sent", unreadable);
            outcomes.settleRest(Outcome.of(Reason.INTERNAL_ERROR, unreadable.toString()));
        } finally {
            connection.hear(_ -> {});
        }
        return new Ended.Settled(outcomes.all());
    }

    boolean isConnectionReusable() {
        return isInStep;
    }

    /**
     * Refuses recipients with internationalised addresses, since a server that has not announced SMTPUTF8 is told of
     * none (RFC 6531 §3.2). The other recipients need not suffer for it.
     */
    private void refuseInternationalised() {
        for (int i = 0; i < outcomes.size(); i++) {
            if (!envelope.recipients().get(i).address().isAscii()) {
                outcomes.settle(i, Outcome.of(Reason.SMTPUTF8_NOT_SUPPORTED, "RCPT not sent"));
            }
        }
    }

    /** Sends all commands from XFORWARD to DATA; returns true if the next hop waits for content. */
    private boolean exchange() throws LostException {
        boolean pipelining = connection.capabilities().has("PIPELINING");
        boolean dataApart = allOrNothing && outcomes.size() > 1;
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
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.isOpen(i)) {
                commands.add(new Command(
                        Verb.RCPT, i, Commands.rcpt(envelope.recipients().get(i), hop, smtpUtf8)));
            }
        }
        commands.add(new Command(Verb.DATA, -1, "DATA"));
        return commands;
    }

    /** Returns true if a recipient is left to send to, and no recipient was refused whose refusal stops the others. */
    private boolean mayStillSend() {
        return !accepted.isEmpty() && (!allOrNothing || accepted.size() == outcomes.size());
    }

    private void take(Command command, Reply reply) throws LostException {
        if (reply.code() == 421) {
            throw new LostException(command.verb() + ": " + reply);
        }
        boolean isRefusal = reply.isRefusal();
        switch (command.verb()) {
            case XFORWARD -> {
                // The mail goes on even if the next hop does not accept what XFORWARD says.
                if (isRefusal) {
                    LOG.warn("XFORWARD refused by the next hop: {}", reply);
                }
            }
            case MAIL -> {
                expect(isRefusal || reply.isPositive(), command, reply);
                isMailAnswered = true;
                isMailRefused = isRefusal;
                if (isRefusal) {
                    outcomes.settleRest(new Outcome(reply, false));
                }
            }
            case RCPT -> {
                expect(isRefusal || reply.isPositive(), command, reply);
                if (isMailRefused) {
                    return;
                }
                if (isRefusal) {
                    outcomes.settle(command.recipient(), new Outcome(reply, false));
                } else {
                    accepted.add(command.recipient());
                }
            }
            case DATA -> {
                expect(isRefusal || reply.code() == 354, command, reply);
                dataReply = reply;
                if (isRefusal) {
                    outcomes.settleRest(new Outcome(reply, false));
                }
            }
        }
    }

    private static void expect(boolean asExpected, Command command, Reply reply) throws LostException {
        if (!asExpected) {
            throw new LostException("unexpected reply to " + command.verb() + ": " + reply);
        }
    }

    /** Ends what MAIL began, so that the connection can be used again. */
    private void leaveClean() {
        if (allOrNothing && !accepted.isEmpty() && !mayStillSend()) {
            outcomes.settleRest(Outcome.of(Reason.NOT_SENT_WITH_OTHERS, "another recipient was refused"));
        }
        if (!isInStep || data.isEnded()) {
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
        Outcome outcome = Outcome.of(Reason.NEXT_HOP_BROKE_OFF, String.valueOf(lost.getMessage()));
        outcomes.settleRest(new Outcome(outcome.reply(), data.isInDoubt(), outcome.reason(), outcome.detail()));
    }

    private enum Verb {
        XFORWARD,
        MAIL,
        RCPT,
        DATA
    }

    private record Command(Verb verb, int recipient, String line) {}

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    // This is fewer than the replies that Replies keeps.
    private static final int WINDOW = 100;
}
