package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;

/** Plays the next hop of the demonstration, which accepts every message and keeps it in memory. Thread-safe. */
final class Mailbox implements MessageReceiver {
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        try {
            messages.add(message.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return envelope.recipients().stream()
                .map(_ -> Reply.of(250, "2.0.0", "Kept"))
                .toList();
    }

    /**
     * Takes the oldest message that nobody has taken yet. Since 250 means delivered, the message is there when the
     * sender has its reply.
     */
    Optional<byte[]> take() {
        return Optional.ofNullable(messages.poll());
    }
}
