package org.postseal.gateway.mail;

import java.io.OutputStream;
import java.security.MessageDigest;
import org.postseal.certstore.Digest;

/** Computes the SHA-256 of what follows the first empty line, without reading any field. Confined to one thread. */
public final class BodyDigest extends OutputStream {
    private final MessageDigest digest = Digest.SHA_256.start();
    private final long limit;
    private long headerOctets;
    private long digested;
    private boolean isBody;
    // This counts the octets of CRLF CRLF that were seen last. It begins at 2, since at the start of a message one CRLF
    // is enough.
    private int seen = 2;

    public BodyDigest() {
        this(Long.MAX_VALUE);
    }

    /** Digests the first octets of the body, up to a limit. */
    public BodyDigest(long limit) {
        this.limit = limit;
    }

    /** Returns the 32 octets. It is called once, at the end. */
    public byte[] value() {
        return digest.digest();
    }

    /**
     * Returns how many octets came before the body, including the empty line. If no empty line has come yet, these are
     * all octets written.
     */
    public long headerOctets() {
        return headerOctets;
    }

    /** Returns true if the limit is reached, so that more octets change nothing. */
    public boolean isFull() {
        return digested == limit;
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (!isBody && at < end) {
            byte octet = octets[at++];
            byte wanted = (byte) (seen % 2 == 0 ? '\r' : '\n');
            seen = octet == wanted ? seen + 1 : octet == '\r' ? 1 : 0;
            isBody = seen == 4;
        }
        headerOctets += at - offset;
        int count = (int) Math.min(end - at, limit - digested);
        digest.update(octets, at, count);
        digested += count;
    }
}
