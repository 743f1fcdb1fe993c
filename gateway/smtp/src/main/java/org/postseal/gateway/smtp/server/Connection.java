package org.postseal.gateway.smtp.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.config.SessionLimits;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.SmtpInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps the socket of one session: it buffers replies, keeps deadlines, changes to TLS, and ends without losing a
 * reply.
 *
 * <ul>
 *   <li>Replies gather until the session would have to wait for input (RFC 2920 §3.2 allows it), and then leave in one
 *       write. Write errors are thrown, not swallowed.
 *   <li>Every wait has one deadline. SO_TIMEOUT keeps it where the thread can still say 421. Where it cannot (a write
 *       that blocks, a TLS record that drips), the server's watchdog calls {@link #closeIfOverdue}.
 *   <li>A socket that is closed while input is unread sends RST, and RST destroys replies under way. So {@link
 *       #closeGently} closes the sending side, reads on until the peer has closed too, and only then closes.
 * </ul>
 *
 * <p>Confined to the session's thread, except for {@link #dismissIfIdle}, {@link #closeIfOverdue} and {@link
 * #closeNow}, which any thread may call.
 */
final class Connection implements SmtpInput.Source {
    private final Socket plain;
    private final SessionLimits limits;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream(512);
    /** This is held while {@code isBlocked} and {@code isDismissed} change. */
    private final ReentrantLock turn = new ReentrantLock();

    private Socket socket;
    private InputStream in;
    private volatile OutputStream out;
    private SmtpInput input = new SmtpInput(this);
    private boolean isBlocked;
    private boolean isDismissed;
    private volatile boolean isInTransaction;
    private volatile long deadline = NEVER;
    private long envelopeDeadline = NEVER;
    private volatile boolean isMute;
    private boolean isData;
    private long dataStart;
    private long dataOctets;

    Connection(Socket plain, SessionLimits limits) throws IOException {
        this.plain = plain;
        this.socket = plain;
        this.limits = limits;
        this.in = plain.getInputStream();
        this.out = plain.getOutputStream();
    }

    SmtpInput input() {
        return input;
    }

    /** Says whether the session is in a transaction, in which it is not dismissed. */
    void setInTransaction(boolean isOn) {
        isInTransaction = isOn;
    }

    boolean isInTransaction() {
        return isInTransaction;
    }

    /** Begins the wait for a PROXY header, which comes before anything else and from a proxy only. */
    void expectProxyHeader() {
        isMute = true;
        deadline = after(limits.proxyTimeout());
    }

    /** Says whether replies are suppressed, because the peer would take them for TLS or has not begun its session. */
    void setMute(boolean isOn) {
        isMute = isOn;
    }

    boolean isMute() {
        return isMute;
    }

    /** Reads exactly {@code length} octets, and none of those after them. */
    void readFully(byte[] into, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = read(into, offset + done, length - done);
            if (count < 0) {
                throw new EOFException("closed before its PROXY header was complete");
            }
            done += count;
        }
    }

    /** Begins the time for all commands up to the next DATA. */
    void expectEnvelope() {
        envelopeDeadline = after(limits.envelopeTimeout());
    }

    void expectCommand() {
        isData = false;
        long next = after(limits.commandTimeout());
        deadline = envelopeDeadline != NEVER && envelopeDeadline - next < 0 ? envelopeDeadline : next;
    }

    void expectData() {
        isData = true;
        dataOctets = 0;
        dataStart = System.nanoTime();
        deadline = after(limits.dataTimeout());
    }

    /** Sets no deadline, since the peer now waits for us. */
    void expectNothing() {
        deadline = NEVER;
    }

    /** Adds a reply to those that leave with the next {@link #flush}. */
    void reply(Reply reply) {
        unsent.writeBytes(reply.wire());
    }

    void flush() throws IOException {
        if (unsent.size() == 0) {
            return;
        }
        long before = deadline;
        deadline = after(limits.writeTimeout());
        try {
            unsent.writeTo(out);
            out.flush();
        } finally {
            unsent.reset();
            deadline = before;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        flush();
        setTimeout(socket);
        int count;
        setBlocked(true);
        try {
            count = in.read(into, offset, length);
        } finally {
            setBlocked(false);
        }
        if (isDismissed) {
            discard();
            return -1;
        }
        if (isData && count > 0) {
            dataOctets += count;
            long paced = dataStart
                    + limits.dataTimeout().toNanos()
                    + dataOctets / Math.max(1, limits.dataOctetsPerSecond()) * SECOND;
            long next = after(limits.dataTimeout());
            deadline = paced - next < 0 ? paced : next;
        }
        return count;
    }

    /** Returns true if the peer has sent something after the last command. */
    boolean hasUnreadInput() throws IOException {
        return !input.isEmpty() || in.available() > 0;
    }

    /**
     * Turns to TLS; afterwards nothing read before is left.
     *
     * @param tls on top of the plain socket, before its handshake
     */
    void startTls(SSLSocket tls) throws IOException {
        deadline = after(limits.handshakeTimeout());
        setTimeout(plain);
        tls.startHandshake();
        socket = tls;
        in = tls.getInputStream();
        out = tls.getOutputStream();
        input = new SmtpInput(this);
    }

    /** Says farewell for a session that waits for a command outside a transaction. Any other session is left alone. */
    void dismissIfIdle(Reply farewell) {
        turn.lock();
        try {
            if (isBlocked && !isInTransaction && !isDismissed) {
                isDismissed = true;
                deadline = after(LINGER);
                if (!isMute) {
                    out.write(farewell.wire());
                    out.flush();
                }
                socket.shutdownOutput();
            }
        } catch (IOException peerIsGone) {
            closeNow();
        } finally {
            turn.unlock();
        }
    }

    /** Sends what is unsent and closes in such a way that the peer can read it. */
    void closeGently() throws IOException {
        flush();
        deadline = after(LINGER);
        socket.shutdownOutput();
        discard();
        closeNow();
    }

    void closeIfOverdue(long now) {
        long due = deadline;
        if (due != NEVER && now - due > GRACE) {
            closeNow();
        }
    }

    /** Closes the plain socket, since closing a TLS socket waits for a write that is stuck. */
    void closeNow() {
        try {
            plain.close();
        } catch (IOException isClosedAnyway) {
            // Nothing is left to be done with it.
            return;
        }
    }

    private void discard() throws IOException {
        byte[] rubbish = new byte[4096];
        try {
            for (long total = 0; total < MAX_DISCARDED; ) {
                setTimeout(socket);
                int count = in.read(rubbish);
                if (count < 0) {
                    return;
                }
                total += count;
            }
        } catch (SocketTimeoutException peerKeepsItOpen) {
            LOG.debug("peer does not close");
        }
    }

    private void setBlocked(boolean isOn) {
        turn.lock();
        try {
            isBlocked = isOn;
        } finally {
            turn.unlock();
        }
    }

    private void setTimeout(Socket target) throws IOException {
        long left = (deadline - System.nanoTime()) / MILLISECOND;
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        target.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
    }

    private static long after(Duration duration) {
        long at = System.nanoTime() + duration.toNanos();
        return at == NEVER ? at - 1 : at;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long NEVER = Long.MAX_VALUE;
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    private static final long GRACE = SECOND;
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long MAX_DISCARDED = 16L << 20;
}
