package org.postseal.gateway.smtp.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.postseal.gateway.mail.OctetGate;

/** Passes message data on into the spool, as long as the gate has room for it. Not thread-safe. */
final class GatedStream extends FilterOutputStream {
    private final OctetGate.Hold hold;
    private long written;

    GatedStream(OutputStream out, OctetGate.Hold hold) {
        super(out);
        this.hold = hold;
    }

    @Override
    public void write(int octet) throws IOException {
        pass(1);
        out.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        pass(length);
        out.write(octets, offset, length);
    }

    private void pass(int length) throws IOException {
        written += length;
        // Room is taken in steps, since all messages share the counter. If there is no room for a whole step, the
        // octets at hand may still fit.
        if (written > hold.octets() && !hold.reaches(written + STEP) && !hold.reaches(written)) {
            throw new OctetGate.FullException();
        }
    }

    private static final int STEP = 64 << 10;
}
