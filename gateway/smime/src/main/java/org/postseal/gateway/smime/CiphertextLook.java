package org.postseal.gateway.smime;

import java.util.Arrays;
import java.util.Optional;
import org.postseal.policy.facts.EncryptionDoubt;

/**
 * Looks at octets that are said to be a ciphertext while they pass, and says what shows that they are none. It holds
 * some kilobytes, however many octets pass. Not thread-safe.
 *
 * <p>Design. Any string of octets may be a ciphertext, so each sign has a rate of false alarms; all of these rates are
 * far below the errors of disks. Text is a run of 48 octets of UTF-8 without control characters (2^-53 at each octet of
 * a ciphertext), or 18 characters of UTF-16 from the alphabets below U+1000 (2^-72); at the beginning and at the end 32
 * octets (2^-35) or 12 characters (2^-48) will do. The spread is Pearson's chi-square over the 256 values, in windows
 * of 1024 octets and in the last, shorter one. It is 255 on average, and over {@value #MOST_SPREAD} less than once in
 * 10^12 windows of a hundred octets or more, and once in 10^9 windows of 32. Text in any one-to-one recoding, UTF-16 of
 * all scripts, base64, tables and programs are far above that, but short text need not be.
 *
 * <p>The shorter window must also have as many different octets as {@link #FEWEST} says, and about half of its octets
 * must have their high bit set. The first number is the least one that a ciphertext falls short of once in 10^9
 * messages at most, computed exactly from the chance that each octet is one of those before; the second one is missed
 * by 6.3 standard deviations, once in 10^9 messages (the tail of the binomial distribution, summed for each length).
 * Compressed content is spread as evenly as a ciphertext, but its first octets tell ({@link FileSigns}), or that they
 * inflate to text ({@link Deflated}).
 */
final class CiphertextLook {
    private final byte[] head = new byte[WINDOW];
    private final int[] counts = new int[256];
    private final TextRuns runs = new TextRuns();
    private long size;
    private int inWindow;
    private boolean isUneven;

    void add(byte[] octets, int offset, int length) {
        if (size < head.length) {
            System.arraycopy(octets, offset, head, (int) size, (int) Math.min(length, head.length - size));
        }
        runs.add(octets, offset, length);
        int at = offset;
        while (at < offset + length) {
            int end = Math.min(offset + length, at + WINDOW - inWindow);
            inWindow += end - at;
            for (; at < end; at++) {
                counts[octets[at] & 0xFF]++;
            }
            if (inWindow == WINDOW) {
                endWindow();
            }
        }
        size += length;
    }

    long size() {
        return size;
    }

    /** Returns what shows that this is no ciphertext; the result is empty if nothing does. */
    Optional<EncryptionDoubt> doubt() {
        endWindow();
        byte[] beginning = Arrays.copyOf(head, (int) Math.min(size, head.length));
        boolean isReadable = runs.isText(size)
                || TextRuns.beginsAsText(beginning)
                || runs.endsAsText()
                || FileSigns.isFile(beginning)
                || FileSigns.isDer(beginning, size)
                || Deflated.isFile(beginning);
        if (isReadable) {
            return Optional.of(EncryptionDoubt.CONTENT_READABLE);
        }
        return isUneven ? Optional.of(EncryptionDoubt.CONTENT_NOT_SPREAD) : Optional.empty();
    }

    /**
     * Returns true if the octets of a key are not spread, or hold a run of text. There are few keys, so a shorter run
     * counts than in a ciphertext.
     */
    static boolean isReadable(byte[] octets) {
        CiphertextLook look = new CiphertextLook();
        look.add(octets, 0, octets.length);
        return look.doubt().isPresent() || hasText(octets);
    }

    /** Returns true if the octets hold a run of text. As for a key, a shorter run counts than in a ciphertext. */
    static boolean hasText(byte[] octets) {
        TextRuns runs = new TextRuns();
        runs.add(octets, 0, octets.length);
        return runs.isText();
    }

    private void endWindow() {
        if (inWindow >= SHORTEST) {
            int squares = 0;
            int different = 0;
            int high = 0;
            for (int octet = 0; octet < counts.length; octet++) {
                squares += counts[octet] * counts[octet];
                different += Integer.signum(counts[octet]);
                high += octet < 0x80 ? 0 : counts[octet];
            }
            int excess = 2 * high - inWindow;
            isUneven |= squares * 256.0 / inWindow - inWindow > MOST_SPREAD
                    || (inWindow < WINDOW && (different < FEWEST[inWindow] || excess * excess > 40 * inWindow));
        }
        Arrays.fill(counts, 0);
        inWindow = 0;
    }

    /** Returns for each length of a window the fewest different octets of a ciphertext. */
    private static int[] fewest() {
        int[] fewest = new int[WINDOW];
        double[] chances = new double[WINDOW + 1];
        chances[0] = 1;
        for (int length = 1; length < WINDOW; length++) {
            for (int different = Math.min(length, 256); different > 0; different--) {
                chances[different] =
                        (chances[different] * different + chances[different - 1] * (257 - different)) / 256;
            }
            chances[0] = 0;
            double below = chances[0];
            while (below + chances[fewest[length] + 1] <= RARE) {
                fewest[length]++;
                below += chances[fewest[length]];
            }
            fewest[length]++;
        }
        return fewest;
    }

    private static final double RARE = 1e-9;
    private static final int WINDOW = 1024;
    private static final int SHORTEST = 32;
    private static final int MOST_SPREAD = 600;
    private static final int[] FEWEST = fewest();
}
