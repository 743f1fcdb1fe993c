package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Passes the octets of a foreign CMS object to the parser. Everything but content is counted, and too much of it ends
 * the reading, so that neither nesting nor numbers can make a parser hold more than the limit. Not thread-safe.
 */
final class CmsInput extends InputStream {
    private final InputStream in;
    private final byte[] buffer = new byte[ContentCipher.CHUNK];
    private int position;
    private int limit;
    private long structureLeft;
    private final ObjectCount objects;
    private boolean inContent;

    CmsInput(InputStream in, CmsLimits limits) {
        this.in = in;
        this.structureLeft = limits.structureOctets();
        this.objects = new ObjectCount(limits.objects());
    }

    /**
     * Allows {@code more} further objects for a revocation list that comes next, which has some objects for each
     * revoked certificate.
     */
    void allowObjects(long more) {
        objects.allow(more);
    }

    /** Says that the next octets are content, which streams by and is not counted. */
    void enterContent() {
        inContent = true;
    }

    /** Says that the next octets are structure again. */
    void leaveContent() {
        inContent = false;
    }

    @Override
    public int read() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        count(1);
        int octet = buffer[position++] & 0xFF;
        objects.take(octet, !inContent);
        return octet;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        count(count);
        objects.take(buffer, position, count, !inContent);
        System.arraycopy(buffer, position, octets, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void count(int octets) throws CmsLimitException {
        if (!inContent) {
            structureLeft -= octets;
            if (structureLeft < 0) {
                throw new CmsLimitException("structure of the CMS object");
            }
        }
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }
}
