package org.postseal.gateway.road.pipeline;

import java.util.Locale;

/** Is told how long the stages of the road took. Must be thread-safe and quick, since each message waits for it. */
@FunctionalInterface
public interface StageObserver {
    /**
     * Reports that a stage has ended, whether it succeeded or not.
     *
     * @param nanoseconds the time of the stage, without the stages inside it
     */
    void took(Stage stage, long nanoseconds);

    /** An observer that does nothing. */
    static StageObserver none() {
        return (_, _) -> {};
    }

    /** The stages that are measured, in the order of the road. */
    enum Stage {
        /** From MAIL to the end of the data. */
        INTAKE,
        /**
         * From the end of the data until a message that might be dangerous may go on; see
         * {@code gateway.road.journal.Suspects}.
         */
        GUARD,
        /** The structure and the budgets of the message. */
        INSPECT,
        /**
         * Decrypting and verifying as one recipient may see the message, including revocation and the wait for a turn.
         */
        OPEN,
        /**
         * One question of the policy about certificates, keys or groups, or the look-up of additional readers'
         * certificates, including revocation.
         */
        FACTS,
        DECIDE,
        /** Putting recipients into groups that share a copy. */
        SPLIT,
        /** Signing and encrypting one copy, including the wait for a turn. */
        SEAL,
        /** Handing all copies to the next hops, including the work of the journal. */
        DELIVER;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** The name of the stage in figures and records. */
        public String word() {
            return word;
        }
    }
}
