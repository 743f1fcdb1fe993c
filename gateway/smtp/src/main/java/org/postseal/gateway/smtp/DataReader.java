package org.postseal.gateway.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.policy.outcome.Reason;

/**
 * Reads the data of one message up to {@code CRLF . CRLF} and hands it on with the dot-stuffing removed (RFC 5321
 * §4.5.2). It is used once and is not thread-safe.
 *
 * <p>It guarantees the following:
 *
 * <ul>
 *   <li>Nothing but the five octets {@code CRLF . CRLF} (or {@code . CRLF} as the first line) ends the data, whatever
 *       the next hop might take for an end (§4.1.1.4).
 *   <li>It always reads to that end, even if the message has long been refused, since unread data would be run as
 *       commands. The one exception is {@link Outcome.Overrun}, after which the connection must be closed.
 *   <li>A dot is removed only after a real CRLF. Bare line ends are normalised on the way out, so they never take part
 *       in finding the end or the dots.
 *   <li>Data that is handed on has no bare CR, bare LF or NUL and, unless it is empty, ends in CRLF.
 * </ul>
 *
 * <p>Octets that need no change are handed on in runs as long as the buffer. Only CR, LF and NUL are looked at, eight
 * octets at a time.
 */
public final class DataReader {
    /** Says how the data ended. */
    public sealed interface Outcome {
        /** All of it was handed on. */
        record Complete(long octets) implements Outcome {}

        /** The data was read to its end. It breaks a limit or a rule, and the octets handed on are of no use. */
        record Refused(Reason reason) implements Outcome {}

        /** The data was read to its end, but the sink threw. */
        record SinkFailed(IOException cause) implements Outcome {}

        /** The stream ended inside the data, so there is no message. */
        record BrokenOff() implements Outcome {}

        /**
         * There was no end within twice the size limit. The connection must be closed, since the rest of the data is
         * still to come.
         */
        record Overrun() implements Outcome {}
    }

    private enum State {
        /** The reader has just passed a CRLF, or is at the very start. */
        LINE_START,
        IN_LINE,
        /** The reader has just passed a CR, which is not handed on yet. */
        CR,
        /** The reader has just passed the dot that began a line, which is removed. */
        DOT,
        /** The reader has just passed that dot and a CR, neither of which is handed on. */
        DOT_CR,
        END
    }

    private final SmtpInput input;
    private final OutputStream sink;
    private final long messageOctets;
    private final long lineOctets;
    private final boolean normalises;
    private State state = State.LINE_START;
    private long size;
    private long taken;
    private long lineLength;
    private boolean isTooBig;
    private boolean hasBareLineEnd;
    private boolean hasLongLine;
    private @org.jspecify.annotations.Nullable IOException sinkFailure;

    public DataReader(SmtpInput input, OutputStream sink, MessageLimits limits) {
        this.input = input;
        this.sink = sink;
        this.messageOctets = limits.octets() > 0 ? limits.octets() : Long.MAX_VALUE / 4;
        this.lineOctets = limits.lineOctets() > 0 ? limits.lineOctets() : Long.MAX_VALUE;
        this.normalises = limits.bareLineEnds() == BareLineEnds.NORMALISE;
    }

    /** Reads the data; throws only what the input throws. */
    public Outcome read() throws IOException {
        while (state != State.END) {
            if (taken > 2 * messageOctets + OVERRUN_SLACK) {
                return new Outcome.Overrun();
            }
            if (input.isEmpty() && !input.fill()) {
                return new Outcome.BrokenOff();
            }
            int from = input.position();
            int next = consume(input.buffer(), from, input.limit());
            taken += next - from;
            input.consumeTo(next);
        }
        input.shrink();
        return outcome();
    }

    /** Returns the octets so far, without stuffed dots. Those that were not handed on are included. */
    public long octets() {
        return size;
    }

    private Outcome outcome() {
        if (isTooBig) {
            return new Outcome.Refused(Reason.MESSAGE_TOO_BIG);
        }
        if (hasBareLineEnd && !normalises) {
            return new Outcome.Refused(Reason.BARE_LINE_END);
        }
        if (hasLongLine) {
            return new Outcome.Refused(Reason.LINE_TOO_LONG);
        }
        return sinkFailure != null ? new Outcome.SinkFailed(sinkFailure) : new Outcome.Complete(size);
    }

    /** Takes octets up to {@code to} or the end of data. The octets from {@code run} on are not handed on yet. */
    private int consume(byte[] octets, int from, int to) {
        int run = from;
        int at = from;
        while (at < to) {
            switch (state) {
                case LINE_START -> {
                    if (octets[at] == '.') {
                        write(octets, run, at);
                        run = ++at;
                        state = State.DOT;
                    } else {
                        state = State.IN_LINE;
                    }
                }
                case DOT -> {
                    if (octets[at] == '\r') {
                        run = ++at;
                        state = State.DOT_CR;
                    } else {
                        state = State.IN_LINE;
                    }
                }
                case DOT_CR -> {
                    if (octets[at] == '\n') {
                        state = State.END;
                        return at + 1;
                    }
                    bare(CR);
                    state = State.IN_LINE;
                }
                case CR -> {
                    if (octets[at] == '\n') {
                        write(CRLF, 0, 2);
                        endLine();
                        run = ++at;
                        state = State.LINE_START;
                    } else {
                        bare(CR);
                        state = State.IN_LINE;
                    }
                }
                case IN_LINE -> {
                    int special = nextSpecial(octets, at, to);
                    lineLength += special - at;
                    at = special;
                    if (at < to && octets[at] == '\r' && at + 1 < to && octets[at + 1] == '\n') {
                        at += 2;
                        endLine();
                        state = State.LINE_START;
                    } else if (at < to) {
                        write(octets, run, at);
                        if (octets[at] == '\r') {
                            state = State.CR;
                        } else {
                            bare(octets[at]);
                        }
                        run = ++at;
                    }
                }
                case END -> throw new IllegalStateException("read again after the end of data");
            }
        }
        write(octets, run, at);
        return at;
    }

    private void endLine() {
        if (lineLength + 2 > lineOctets) {
            hasLongLine = true;
        }
        lineLength = 0;
    }

    private void bare(byte octet) {
        hasBareLineEnd = true;
        if (!normalises) {
            size++;
            lineLength++;
        } else if (octet == 0) {
            lineLength++;
            write(SPACE, 0, 1);
        } else {
            write(CRLF, 0, 2);
            endLine();
        }
    }

    private void write(byte[] octets, int from, int to) {
        if (from == to) {
            return;
        }
        size += to - from;
        if (size > messageOctets) {
            isTooBig = true;
        }
        if (isTooBig || sinkFailure != null || (hasBareLineEnd && !normalises)) {
            return;
        }
        try {
            sink.write(octets, from, to - from);
            FailPoint.IN_DATA.reached();
        } catch (IOException cannotKeepIt) {
            sinkFailure = cannotKeepIt;
        }
    }

    /** Returns the index of the next CR, LF or NUL, or {@code to}. */
    public static int nextSpecial(byte[] octets, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            // Octets below 16 have no bit in the upper half. One test for a zero octet finds all three, and the few
            // others below 16 are sorted out one by one.
            long upper = (long) WORD.get(octets, at) & 0xF0F0_F0F0_F0F0_F0F0L;
            long hits = (upper - 0x0101_0101_0101_0101L) & ~upper & 0x8080_8080_8080_8080L;
            while (hits != 0) {
                int hit = at + (Long.numberOfTrailingZeros(hits) >>> 3);
                if (isSpecial(octets[hit])) {
                    return hit;
                }
                hits &= hits - 1;
            }
        }
        while (at < to && !isSpecial(octets[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpecial(byte octet) {
        return octet == '\r' || octet == '\n' || octet == 0;
    }

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte CR = '\r';
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] SPACE = {' '};
    private static final long OVERRUN_SLACK = 1 << 20;
}
