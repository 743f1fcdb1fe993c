package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.postseal.gateway.smtp.DataReader;

/**
 * Turns the octets of one message into what goes over the wire after DATA. A dot is doubled after every line start (RFC
 * 5321 §4.5.2), and the end is CRLF, dot, CRLF.
 *
 * <p>It is also the last guard against smuggling: bare CR, bare LF and NUL never leave (RFC 5321 §2.3.8). A message
 * consists of CRLF lines long before this, so a stray octet here is a fault of ours, and an exception. The caller then
 * drops the connection, and nothing of the message is completed. Not thread-safe.
 */
final class DotStuffer {
    private boolean atLineStart = true;
    private boolean afterCr;

    /** Appends the next octets of the message. */
    void write(byte[] octets, int length, ByteBuf out) throws IOException {
        int done = 0;
        int at = 0;
        while (at < length) {
            if (atLineStart && octets[at] == '.') {
                out.writeBytes(octets, done, at - done).writeByte('.');
                done = at;
            }
            int special = afterCr ? at : DataReader.nextSpecial(octets, at, length);
            byte octet = special < length ? octets[special] : ANY;
            if (afterCr != (octet == '\n') || octet == 0) {
                throw new IOException("bare CR, bare LF or NUL in outgoing content");
            }
            atLineStart = octet == '\n';
            afterCr = octet == '\r';
            at = special + 1;
        }
        out.writeBytes(octets, done, length - done);
    }

    /** Appends the end of the message. It adds no CRLF if there is one already (RFC 5321 §4.1.1.4). */
    void finish(ByteBuf out) throws IOException {
        if (afterCr) {
            throw new IOException("bare CR at the end of outgoing content");
        }
        if (!atLineStart) {
            out.writeByte('\r').writeByte('\n');
        }
        out.writeByte('.').writeByte('\r').writeByte('\n');
    }

    /** Stands for the last octet of a block if it is none of those that matter. */
    private static final byte ANY = ' ';
}
