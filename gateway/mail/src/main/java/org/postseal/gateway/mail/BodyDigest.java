package org.postseal.gateway.mail;

import java.io.OutputStream;
import java.security.MessageDigest;
import org.postseal.certstore.Digest;

/** SHA-256 of what stands behind the first empty line, found without reading any field. For one thread. */
public final class BodyDigest extends OutputStream {
    private final MessageDigest digest = Digest.SHA_256.start();
    private final long limit;
    private long headerOctets;
    private long digested;
    private boolean isBody;
    // octets of CRLF CRLF seen; at the start of a message a CRLF is enough
    private int seen = 2;

    /** Of the whole body. */
    public BodyDigest() {
        this(Long.MAX_VALUE);
    }

    /** Of its first octets, at most so many. */
    public BodyDigest(long limit) {
        this.limit = limit;
    }

    /** The 32 octets; once, at the end. */
    public byte[] value() {
        return digest.digest();
    }

    /** Octets before the body, the empty line among them; all that was written while none has come. */
    public long headerOctets() {
        return headerOctets;
    }

    /** Whatever comes now changes nothing. */
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
