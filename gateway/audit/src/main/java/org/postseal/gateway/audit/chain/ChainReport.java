package org.postseal.gateway.audit.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what the verification of a chain has shown.
 *
 * @param chain the id of the chain
 * @param files how many files were read
 * @param first the number of the first record that is there
 * @param last the number of the last record that is there
 * @param records how many records were read
 * @param checkpoints how many checkpoints have a good signature
 * @param signedTo the newest record that one of them covers; 0 if there is none
 * @param provenTo the newest record that a checkpoint kept elsewhere covers and that is unchanged in the log; empty if
 * there is none
 * @param stamped the newest record that a checkpoint with a time stamp covers and that is unchanged in the log; empty
 * if there is none
 * @param isErasedSince true if there were checkpoints kept elsewhere, but the time of all records that they cover is
 * over, as the log says
 * @param isUnfinished true if the last line has no end: it is being written, or a crash left it and the next start cuts
 * it off
 * @param findings what does not fit, in the order of the log
 */
public record ChainReport(
        String chain,
        int files,
        long first,
        long last,
        long records,
        int checkpoints,
        long signedTo,
        Optional<Long> provenTo,
        Optional<Stamped> stamped,
        boolean isErasedSince,
        boolean isUnfinished,
        List<Finding> findings) {
    public ChainReport {
        findings = List.copyOf(findings);
    }

    /**
     * Says what a time stamp shows.
     *
     * @param to the newest record that was there at that time
     * @param stamp the time, and the authority that vouches for it
     */
    public record Stamped(long to, Stamp.Good stamp) {}

    /**
     * Something that does not fit.
     *
     * @param place {@code FILE:LINE}; empty if it concerns the log as a whole
     * @param what the fault in words
     */
    public record Finding(String place, String what) {
        @Override
        public String toString() {
            return place.isEmpty() ? what : place + ": " + what;
        }
    }

    /** Returns the report with more findings behind its own. */
    ChainReport with(List<Finding> further) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(further);
        return new ChainReport(
                chain,
                files,
                first,
                last,
                records,
                checkpoints,
                signedTo,
                provenTo,
                stamped,
                isErasedSince,
                isUnfinished,
                all);
    }

    /** Returns true if everything fits. */
    public boolean isSound() {
        return findings.isEmpty();
    }

    /** Returns true if everything fits in a log from its first record on, but for a checkpoint, which is not there. */
    public boolean isOnlyUnsigned() {
        return first == 1 && findings.equals(List.of(UNSIGNED));
    }

    static final Finding UNSIGNED =
            new Finding("", "no checkpoint is there: whoever can write the file may have written all of it");
}
