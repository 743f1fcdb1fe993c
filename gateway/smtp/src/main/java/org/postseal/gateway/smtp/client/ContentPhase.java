package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.smtp.client.NextHop.Outcome;

/**
 * Does what follows on 354: it sends content and final dot, and reads what the next hop answers (RFC 5321 §4.5.2, RFC
 * 2033 §4.2). It is made for one message and run once at most.
 */
final class ContentPhase {
    private final Connection connection;
    private final Content content;
    private final Outcomes outcomes;
    private final NextHop.Acceptance acceptance;
    private final boolean isOpened;
    private final boolean isLmtp;
    private final Timeouts timeouts;
    private final Pace pace;
    private boolean isDotTried;
    private boolean isEnded;

    /** @param isOpened whether the next hop's reply may repeat content that the sender had encrypted */
    ContentPhase(Connection connection, Message message, Outcomes outcomes, boolean isOpened) {
        ClientSettings settings = message.settings();
        this.connection = connection;
        this.content = message.content();
        this.outcomes = outcomes;
        this.acceptance = message.acceptance();
        this.isOpened = isOpened;
        this.isLmtp = settings.nextHop().protocol() == Peer.Protocol.LMTP;
        this.timeouts = settings.timeouts();
        this.pace = new Pace(
                settings.nextHop().limits().patience().octetsPerSecond(),
                settings.timeouts().dataBlock());
    }

    /**
     * Sends the content to these recipients; returns false if the connection is of no use any more.
     *
     * @param accepted in the order of RCPT
     */
    boolean send(List<Integer> accepted) throws LostException, IOException {
        FailPoint.AFTER_NEXT_HOP_DATA.reached();
        Optional<Outcome> unsent = writeContent(accepted);
        FailPoint.AFTER_NEXT_HOP_DOT.reached();
        if (unsent.isPresent()) {
            connection.drop();
            outcomes.settleRest(unsent.get());
            return false;
        }
        if (isLmtp) {
            awaitEach(accepted);
        } else {
            Reply reply = connection.await(timeouts.finalReply(), "final dot");
            if (reply.code() == 421) {
                isEnded = false;
                throw new LostException("data: " + reply);
            }
            expectFinal(reply);
            outcomes.settleRest(outcome(reply));
        }
        return true;
    }

    /**
     * Ends a DATA that was answered by 354 although no recipient is left (RFC 2920 §3.1). It sends an empty message,
     * and ignores the reply. It returns false if the connection is of no use any more.
     */
    boolean endEmpty() throws LostException, IOException {
        if (isLmtp) {
            // RFC 2033 §4.2: LMTP has a reply for each accepted recipient, so there is no reply to wait for.
            connection.drop();
            return false;
        }
        ByteBuf dot = connection.newBuffer();
        new DotStuffer().finish(dot);
        connection.send(dot);
        Reply _ = connection.await(timeouts.finalReply(), "lone dot");
        return true;
    }

    /**
     * Returns true if the final dot was handed over to be sent. The message may then not be tried at another address
     * any more.
     */
    boolean isDotTried() {
        return isDotTried;
    }

    /** Returns true if the message has its end, so that the transaction need not be reset. */
    boolean isEnded() {
        return isEnded;
    }

    /**
     * Returns true if a loss of the connection now leaves open what became of the message, since the dot may have left.
     */
    boolean isInDoubt() {
        return isEnded && connection.mayHaveLeft();
    }

    private Outcome outcome(Reply reply) {
        Outcome said = new Outcome(reply, false);
        return isOpened ? said.withoutItsWords() : said;
    }

    /**
     * Awaits a reply for each accepted recipient, in the order of RCPT (RFC 2033 §4.2). A recipient whose reply came
     * before the connection is lost is not in doubt.
     */
    private void awaitEach(List<Integer> accepted) throws LostException {
        for (int recipient : accepted) {
            Reply reply = connection.await(timeouts.finalReply(), "final dot");
            expectFinal(reply);
            outcomes.settle(recipient, outcome(reply));
        }
    }

    private static void expectFinal(Reply reply) throws LostException {
        if (!reply.isRefusal() && !reply.isPositive()) {
            throw new LostException("unexpected reply to data: " + reply);
        }
    }

    /**
     * Returns a listener that says at once whom each further reply accepts, on the thread that reads it. If that is an
     * event loop, the thread that waits for the reply here may have to wait for a processor first.
     */
    private Consumer<Reply> finalReplies(List<Integer> accepted) {
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

    /** Returns the outcome for a reply that came before the end was sent. */
    private Optional<Outcome> early(Reply reply) throws LostException {
        if (reply.code() == 421 || !reply.isRefusal()) {
            throw new LostException("reply before the end of data: " + reply);
        }
        return Optional.of(outcome(reply));
    }

    /** Returns the outcome if the end was not sent. */
    private Optional<Outcome> writeContent(List<Integer> accepted) throws LostException, IOException {
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
                    connection.send(out);
                    out = connection.newBuffer();
                    Optional<Reply> early = connection.awaitWritable(timeouts.dataBlock());
                    if (early.isPresent()) {
                        return early(early.get());
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
                return early(early.get());
            }
            if (connection.isLate()) {
                throw LostException.timeout("content");
            }
            Optional<Outcome> obstacle = acceptance.obstacle();
            if (obstacle.isPresent()) {
                return obstacle;
            }
            // A peer that has the dot may have the message. To learn what became of it is worth every wait.
            connection.endAt(Deadline.NONE);
            connection.hear(finalReplies(accepted));
            out.retain();
            isDotTried = true;
            isEnded = true;
            connection.send(out);
            return Optional.empty();
        } finally {
            out.release();
        }
    }
}
