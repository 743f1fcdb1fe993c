package org.postseal.gateway.audit.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a look through a chain has shown.
 *
 * @param chain its id
 * @param files that were read
 * @param first number of the first record that is there
 * @param last and of the last one
 * @param records read
 * @param checkpoints whose signature is good
 * @param signedTo the newest record that one of them covers; 0 without any
 * @param provenTo the newest record that a checkpoint kept elsewhere covers and the log has as it was; empty without one
 * @param stamped the newest record that a checkpoint with a time stamp covers and the log has as it was; empty without one
 * @param isErasedSince there were checkpoints kept elsewhere, but the time of all that they cover was over, as the log says
 * @param isUnfinished the last line has no end: a write under way, or what a crash left, which is cut off at the next start
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
     * What a time stamp shows.
     *
     * @param to the newest record that was there
     * @param stamp when, and who says so
     */
    public record Stamped(long to, Stamp.Good stamp) {}

    /**
     * Something that does not fit.
     *
     * @param place {@code FILE:LINE}, or empty when it is about the log as a whole
     * @param what in words
     */
    public record Finding(String place, String what) {
        @Override
        public String toString() {
            return place.isEmpty() ? what : place + ": " + what;
        }
    }

    /** With findings that concern several logs. */
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

    /** Nothing does not fit. */
    public boolean isSound() {
        return findings.isEmpty();
    }
}
