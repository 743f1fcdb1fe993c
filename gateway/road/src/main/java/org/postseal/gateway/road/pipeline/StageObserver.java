package org.postseal.gateway.road.pipeline;

import java.util.Locale;

/** Is told how long the stages of the road took. Thread-safe, and quick: each message waits for it. */
@FunctionalInterface
public interface StageObserver {
    /**
     * A stage has come to its end, well or not.
     *
     * @param nanoseconds its own, without those of a stage inside it
     */
    void took(Stage stage, long nanoseconds);

    /** Nobody wants to know. */
    static StageObserver none() {
        return (_, _) -> {};
    }

    /** What of the road is measured, in the order of the road. */
    enum Stage {
        /** From MAIL to the end of the data. */
        INTAKE,
        /** From there until a message that might be dangerous may go on, see {@code gateway.road.journal.Suspects}. */
        GUARD,
        /** Structure and budgets of the message. */
        INSPECT,
        /** Decrypted and verified as one recipient may see it; waiting for a turn and revocation included. */
        OPEN,
        /** One question of the policy to the directory, or the certificates of further readers; groups and revocation included. */
        FACTS,
        /** The decision of the policy for one recipient. */
        DECIDE,
        /** Recipients put into groups that share a copy. */
        SPLIT,
        /** One copy signed and encrypted, waiting for a turn included. */
        SEAL,
        /** All copies handed to the next hops, the journal's part included. */
        DELIVER;

        /** As figures and records call it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
