package org.postseal.policy.header;

/**
 * Reads the header fields of one message. It reads malformed words in every way that programs do, up to 4,096
 * characters in the whole message. Anything beyond counts as cut, so that nobody can make us work for long. Each
 * message has its own reader; not thread-safe.
 */
public final class FieldReader {
    private int left = MOST;

    /** Returns all texts that programs may show. */
    public EncodedWords.Readings read(String body) {
        EncodedWords.Readings readings = EncodedWords.readings(body, left);
        left -= readings.tried();
        return readings;
    }

    static final int MOST = 4_096;
}
