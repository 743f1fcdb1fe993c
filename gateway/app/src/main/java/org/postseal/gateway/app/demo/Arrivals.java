package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;

/** Plays the next hop of a fleet, which accepts every message and counts the copies of each recipient. Thread-safe. */
final class Arrivals implements MessageReceiver {
    private final Map<String, Integer> copies = new TreeMap<>();
    private CountDownLatch goOn = new CountDownLatch(0);

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        CountDownLatch latch;
        synchronized (this) {
            envelope.recipients().forEach(each -> copies.merge(each.address().toString(), 1, Integer::sum));
            latch = goOn;
            notifyAll();
        }
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return envelope.recipients().stream()
                .map(_ -> Reply.of(250, "2.0.0", "Kept"))
                .toList();
    }

    /** Lets messages that come from now on wait for their replies, until the latch is counted down. */
    synchronized CountDownLatch hold() {
        goOn = new CountDownLatch(1);
        return goOn;
    }

    synchronized void await(String recipient) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!copies.containsKey(recipient)) {
            if (System.nanoTime() > end) {
                throw new IOException(recipient + " gets nothing");
            }
            try {
                wait(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    synchronized Map<String, Integer> copies() {
        return new TreeMap<>(copies);
    }
}
