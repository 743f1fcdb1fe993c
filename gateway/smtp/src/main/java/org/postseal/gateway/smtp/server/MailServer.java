package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A running SMTP or LMTP listener; the seam behind which the engine can be replaced. Thread-safe. */
public interface MailServer extends AutoCloseable {
    /** Takes its port; who connects waits to be let in. */
    void bind() throws IOException;

    /** Starts to accept; binds first where that has not been done. */
    void start() throws IOException;

    /** Other settings, but for the address: for sessions that begin from now on. A new certificate counts from the next handshake on, in whichever session. */
    void replace(ServerSettings next);

    /** The bound address, with the real port where the configured one was 0. */
    InetSocketAddress address();

    /** Connections are accepted. */
    boolean isAccepting();

    /** How many connections are let in now. */
    int connections();

    /** How many are let in at most. */
    int connectionLimit();

    /** Takes no new mail (421), lets transactions in flight finish for at most this long, then stops. */
    void drain(Duration limit);

    /** {@link #drain} without waiting. */
    @Override
    void close();
}
