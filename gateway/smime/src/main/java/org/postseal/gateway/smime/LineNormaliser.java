package org.postseal.gateway.smime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Makes CRLF of every bare CR and bare LF. Anybody may have written decrypted content, and this keeps it from ending
 * the data of the next hop (RFC 5321 §4.1.1.4).
 */
final class LineNormaliser extends FilterOutputStream {
    private boolean afterReturn;

    LineNormaliser(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int start = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            boolean feed = octets[i] == '\n';
            // Exactly one of the two is there: a bare CR before this octet, or a bare LF here.
            if (afterReturn != feed) {
                out.write(octets, start, i - start);
                out.write(feed ? '\r' : '\n');
                start = i;
            }
            afterReturn = octets[i] == '\r';
        }
        out.write(octets, start, end - start);
    }

    /** Ends a CR that was the last octet. */
    @Override
    public void close() throws IOException {
        if (afterReturn) {
            out.write('\n');
            afterReturn = false;
        }
        super.close();
    }
}
