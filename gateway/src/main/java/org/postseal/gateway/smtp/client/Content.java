package org.postseal.gateway.smtp.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.postseal.gateway.mail.RawMessage;

/**
 * What goes out after DATA, and what it demands of the next hop.
 *
 * @param traceFields come first
 * @param message behind them
 * @param isEightBit an octet over 127 anywhere (RFC 6152)
 * @param isHeaderEightBit one in the header section (RFC 6532)
 */
record Content(byte[] traceFields, RawMessage message, boolean isEightBit, boolean isHeaderEightBit) {
    /** Reads the message as far as is needed to know. */
    static Content of(byte[] traceFields, RawMessage message) throws IOException {
        Scan scan = new Scan();
        scan.take(traceFields, traceFields.length);
        try (InputStream in = message.open()) {
            byte[] block = new byte[BLOCK];
            for (int n = in.read(block); n >= 0 && !scan.isSettled(); n = in.read(block)) {
                scan.take(block, n);
            }
        }
        return new Content(traceFields, message, scan.isEightBit, scan.isHeaderEightBit);
    }

    /** Octets as RFC 1870 §3 counts them. */
    long size() {
        return traceFields.length + message.size();
    }

    InputStream open() throws IOException {
        return new SequenceInputStream(new ByteArrayInputStream(traceFields), message.open());
    }

    private static final class Scan {
        private boolean isEightBit;
        private boolean isHeaderEightBit;
        private boolean inBody;
        private boolean atLineStart = true;

        void take(byte[] block, int length) {
            for (int i = 0; i < length && !isSettled(); i++) {
                byte octet = block[i];
                if (octet < 0) {
                    isEightBit = true;
                    isHeaderEightBit |= !inBody;
                } else if (octet == '\n') {
                    inBody |= atLineStart;
                    atLineStart = true;
                    continue;
                }
                atLineStart &= octet == '\r';
            }
        }

        boolean isSettled() {
            return isEightBit && (inBody || isHeaderEightBit);
        }
    }

    static final int BLOCK = 16 << 10;
}
