package org.postseal.gateway.mail;

/**
 * Says when a message came in, by {@link System#nanoTime}, which no change of the machine's clock moves.
 *
 * @param began when MAIL was accepted
 * @param ended when the last octet of its data was here
 */
public record Intake(long began, long ended) {
    /** Makes the intake of a message that did not come over a connection. */
    public static Intake now() {
        long now = System.nanoTime();
        return new Intake(now, now);
    }

    /** Returns the nanoseconds from MAIL to the end of data. */
    public long nanoseconds() {
        return ended - began;
    }
}
