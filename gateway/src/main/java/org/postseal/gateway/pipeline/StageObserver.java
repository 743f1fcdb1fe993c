package org.postseal.gateway.pipeline;

/** Is told how long the stages of the road took. Thread-safe, and quick: each message waits for it. */
@FunctionalInterface
public interface StageObserver {
    /** A stage has come to its end, well or not. */
    void took(Stage stage, long nanoseconds);

    /** Nobody wants to know. */
    static StageObserver none() {
        return (_, _) -> {};
    }

    /** Begins to measure; ends when closed. */
    default Measured measure(Stage stage) {
        long start = System.nanoTime();
        return () -> took(stage, System.nanoTime() - start);
    }

    /** A stage under way. */
    @FunctionalInterface
    interface Measured extends AutoCloseable {
        @Override
        void close();
    }

    /** What of the road is measured. */
    enum Stage {
        /** Structure and budgets of the message. */
        INSPECT,
        /** Decrypted and verified as one recipient may see it; waiting for a turn, directory and revocation included. */
        OPEN,
        /** The decision of the policy for one recipient, with what it asks the directory. */
        DECIDE,
        /** One copy signed and encrypted, waiting for a turn included. */
        SEAL
    }
}
