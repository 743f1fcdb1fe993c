package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Runs an SMTP or LMTP listener. The engine can be replaced without a change to the callers of this interface.
 * Thread-safe.
 */
public interface MailServer extends AutoCloseable {
    /** Binds the port. A peer that connects now waits to be let in. */
    void bind() throws IOException;

    /** Starts to accept; it binds first if that has not been done. */
    void start() throws IOException;

    /**
     * Takes other settings, except for the address, for sessions that begin from now on. A new certificate counts from
     * the next handshake on, in any session.
     */
    void replace(ServerSettings next);

    /** Returns the bound address, with the real port if the configured one was 0. */
    InetSocketAddress address();

    boolean isAccepting();

    /** Returns how many connections are let in now. */
    int connections();

    /** Returns how many connections are let in at most. */
    int connectionLimit();

    /** Takes no new mail (421), lets transactions in flight finish for at most this long, then stops. */
    void drain(Duration limit);

    /** Drains as {@link #drain} does, without waiting. */
    @Override
    void close();
}
