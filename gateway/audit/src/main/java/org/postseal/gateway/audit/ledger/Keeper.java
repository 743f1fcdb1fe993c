package org.postseal.gateway.audit.ledger;

/** Knows which rows of the journal still count. It must not wait for the ledger. */
public interface Keeper {
    /** Keeps everything. */
    Keeper OF_ALL = new Keeper() {
        @Override
        public boolean counts(Frame frame) {
            return true;
        }

        @Override
        public void moved(Frame frame, long place) {}

        @Override
        public long counting(int segment) {
            return Long.MAX_VALUE;
        }

        @Override
        public void tidy() {}
    };

    /** Returns true if the frame, at this place, must not be lost. */
    boolean counts(Frame frame);

    /** Hears that a copy of the frame stands at another place, where it is to be read from now on. */
    void moved(Frame frame, long place);

    /** Returns about how many octets of this segment count. */
    long counting(int segment);

    /** Forgets what counts no more by now. */
    void tidy();
}
