package org.postseal.gateway.smime;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Tells whether octets are deflated (RFC 1951), which has no sign of its own: bare, in zlib (RFC 1950) or in a
 * compressed packet of OpenPGP (RFC 9580 §5.6).
 *
 * <p>Design. Deflated octets are looked for at each of the first places, so that headers need not be known. Random
 * octets break the grammar within some ten octets, but before that they may repeat a few letters often. So they count
 * only where {@value #LEAST} of them inflate to text alone, or {@value #LEAST_FOR_ANY} to something with a run of text.
 * Of twelve million random strings none inflated to text alone for more than 18 octets, and none to anything with a run
 * of text for more than 137; the number of those that do halves with each octet in the first case, and with each ten in
 * the second.
 */
final class Deflated {
    private Deflated() {}

    /** Returns true for the beginning of deflated text, and of anything in zlib. */
    static boolean isFile(byte[] beginning) {
        if (beginning.length < LEAST) {
            return false;
        }
        byte[] out = new byte[MOST_OUT];
        Inflater bare = new Inflater(true);
        try {
            for (int at = 0; at <= LONGEST_HEADER; at++) {
                bare.reset();
                if (inflatesToText(bare, beginning, at, out)) {
                    return true;
                }
            }
        } finally {
            bare.end();
        }
        return isZlib(beginning, out);
    }

    // It inflates in pieces, so that what comes out before an error can be judged by what went in.
    private static boolean inflatesToText(Inflater inflater, byte[] octets, int from, byte[] out) {
        TextRuns runs = new TextRuns();
        int length = 0;
        boolean goesOn = true;
        for (int at = from; at < octets.length && goesOn; at += PIECE) {
            inflater.setInput(octets, at, Math.min(PIECE, octets.length - at));
            goesOn = inflates(inflater, out, length) && !inflater.finished();
            int end = (int) inflater.getBytesWritten();
            runs.add(out, length, end - length);
            length = end;
            long read = inflater.getBytesRead();
            if (runs.isText(Integer.MAX_VALUE)
                    && (read >= LEAST_FOR_ANY || (read >= LEAST && runs.isOnlyText(length)))) {
                return true;
            }
            goesOn &= length < out.length;
        }
        return false;
    }

    private static boolean isZlib(byte[] beginning, byte[] out) {
        if (beginning.length < LEAST_FOR_ZLIB) {
            return false;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(beginning);
            return inflates(inflater, out, 0);
        } finally {
            inflater.end();
        }
    }

    /** Inflates what there is, at most as much as there is room for; returns false if an error is met. */
    private static boolean inflates(Inflater inflater, byte[] out, int from) {
        try {
            int length = from;
            int more = 1;
            while (more > 0 && length < out.length) {
                more = inflater.inflate(out, length, out.length - length);
                length += more;
            }
            return !inflater.needsDictionary();
        } catch (DataFormatException no) {
            return false;
        }
    }

    // A packet of OpenPGP has at most seven octets before the deflated ones, and zlib has two.
    private static final int LONGEST_HEADER = 9;
    private static final int PIECE = 16;
    private static final int LEAST = 32;
    private static final int LEAST_FOR_ZLIB = 128;
    private static final int LEAST_FOR_ANY = 256;
    private static final int MOST_OUT = 64 * 1024;
}
