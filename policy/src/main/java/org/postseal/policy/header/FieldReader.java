package org.postseal.policy.header;

/**
 * Reads the header fields of one message. Malformed words are read in every way that programs have, up to 4,096
 * characters in the whole message; what goes beyond counts as cut, so that nobody can make us work for long. Made per
 * message; not thread-safe.
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
