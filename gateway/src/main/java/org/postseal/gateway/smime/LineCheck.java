package org.postseal.gateway.smime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Passes octets on and notes what SMTP cannot carry (RFC 5321 §2.3.8): bare CR, bare LF, NUL. */
final class LineCheck extends FilterOutputStream {
    private boolean bareLineEnd;
    private boolean nul;
    private boolean afterReturn;

    LineCheck(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int octet) throws IOException {
        look((byte) octet);
        out.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            // most octets are neither, and none of the rest matters to them
            if ((octets[i] <= '\r' && octets[i] >= 0) || afterReturn) {
                look(octets[i]);
            }
        }
        out.write(octets, offset, length);
    }

    /** True when a CR or LF stood alone; asked at the end. */
    boolean hasBareLineEnd() {
        return bareLineEnd || afterReturn;
    }

    /** True when there was a NUL. */
    boolean hasNul() {
        return nul;
    }

    private void look(byte octet) {
        bareLineEnd |= afterReturn != (octet == '\n');
        afterReturn = octet == '\r';
        nul |= octet == 0;
    }
}
