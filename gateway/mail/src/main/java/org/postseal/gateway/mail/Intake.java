package org.postseal.gateway.mail;

/**
 * When a message came in, by {@link System#nanoTime}, which no change of the machine's clock moves.
 *
 * @param began MAIL was accepted
 * @param ended the last octet of its data was here
 */
public record Intake(long began, long ended) {
    /** Of what did not come over a connection. */
    public static Intake now() {
        long now = System.nanoTime();
        return new Intake(now, now);
    }

    /** Nanoseconds from MAIL to the end of data. */
    public long nanoseconds() {
        return ended - began;
    }
}
