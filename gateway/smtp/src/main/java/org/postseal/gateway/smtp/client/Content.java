package org.postseal.gateway.smtp.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;

/**
 * Holds what goes out after DATA, and what it demands of the next hop.
 *
 * @param traceFields which come first
 * @param message which comes after them
 * @param isEightBit whether there is an octet over 127 anywhere (RFC 6152)
 * @param isHeaderEightBit whether there is one in the header section (RFC 6532); if SMTPUTF8 was declared, in that of a
 * part too
 */
record Content(byte[] traceFields, RawMessage message, boolean isEightBit, boolean isHeaderEightBit) {
    /**
     * Reads the message as far as is needed to know.
     *
     * @param isDeclared whether SMTPUTF8 was given, so that the header sections of its parts are looked at as well
     */
    static Content of(byte[] traceFields, RawMessage message, boolean isDeclared) throws IOException {
        if (message.isAscii() && !isEightBit(traceFields)) {
            return new Content(traceFields, message, false, false);
        }
        Scan scan = new Scan();
        scan.take(traceFields, traceFields.length);
        try (InputStream in = message.open()) {
            byte[] block = new byte[BLOCK];
            for (int n = in.read(block); n >= 0 && !scan.isSettled(); n = in.read(block)) {
                scan.take(block, n);
            }
        }
        boolean isHeaderEightBit =
                scan.isHeaderEightBit || (isDeclared && scan.isEightBit && isEightBitInHeaderOfPart(message));
        return new Content(traceFields, message, scan.isEightBit, isHeaderEightBit);
    }

    /** Returns true also if it cannot be told. */
    private static boolean isEightBitInHeaderOfPart(RawMessage message) throws IOException {
        return switch (MimeScanner.scan(message, Budget.standard())) {
            case Parsed.Refused<MimeEntity> _ -> true;
            case Parsed.Success<MimeEntity>(MimeEntity root) ->
                root.all().stream()
                        .flatMap(entity -> entity.header().fields().stream())
                        .anyMatch(field -> isEightBit(field.raw()));
        };
    }

    private static boolean isEightBit(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the octets as RFC 1870 §3 counts them. */
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
