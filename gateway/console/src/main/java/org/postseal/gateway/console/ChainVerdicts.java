package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;

/**
 * Says whether the file that holds a record is whole and signed. Each file is verified once, and again when it has
 * grown. Thread-safe.
 */
final class ChainVerdicts {
    private final LogFiles log;
    private final Path publicKey;
    private final ReentrantLock verifying = new ReentrantLock();
    private final Map<Path, Known> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
            return size() > MOST_FILES;
        }
    };

    /** @param publicKey the file with the public key of the checkpoints */
    ChainVerdicts(LogFiles log, Path publicKey) {
        this.log = log;
        this.publicKey = publicKey;
    }

    /** Says whether a record can be relied on. */
    sealed interface Verdict {
        /**
         * The file of the record is whole, and a signature covers the record.
         *
         * @param signedTo the newest record that is covered
         */
        record Verified(long signedTo) implements Verdict {}

        /** The file of the record is whole, but the checkpoint that will cover the record is not written yet. */
        record NotSignedYet(long signedTo) implements Verdict {}

        /** Something in the file of the record does not fit. */
        record Broken(List<String> findings) implements Verdict {
            public Broken {
                findings = List.copyOf(findings);
            }
        }

        /** The file was not verified. */
        record Unknown(String why) implements Verdict {}
    }

    private record Known(long size, ChainReport report) {}

    /**
     * Returns the verdict on a record.
     *
     * @param number the number of the record in the chain
     */
    Verdict of(long number) {
        if (Files.notExists(publicKey)) {
            return new Verdict.Unknown("there is no public key " + publicKey);
        }
        ChainReport report;
        boolean isFull;
        try {
            Optional<Path> file = log.holding(number);
            if (file.isEmpty()) {
                return new Verdict.Unknown("the file of the record no longer exists");
            }
            isFull = LogFiles.firstNumber(file.get()).isPresent();
            report = report(file.get());
        } catch (IOException e) {
            return new Verdict.Unknown(String.valueOf(e.getMessage()));
        }
        return verdict(number, report, isFull);
    }

    private static Verdict verdict(long number, ChainReport report, boolean isFull) {
        // A finding without a place is about the log as a whole. It does not count here, since this is only one file.
        List<String> findings = report.findings().stream()
                .filter(finding -> !finding.place().isEmpty())
                .limit(MOST_FINDINGS)
                .map(ChainReport.Finding::toString)
                .toList();
        if (!findings.isEmpty()) {
            return new Verdict.Broken(findings);
        }
        if (number <= report.signedTo()) {
            return new Verdict.Verified(report.signedTo());
        }
        // A file is signed to its end before the next one begins.
        return isFull && number < report.last()
                ? new Verdict.Broken(List.of("the file is not signed at its end"))
                : new Verdict.NotSignedYet(report.signedTo());
    }

    private ChainReport report(Path file) throws IOException {
        verifying.lock();
        try {
            Path there = Files.exists(file) ? file : LogFiles.compressed(file);
            long size = Files.size(there);
            Known before = known.get(there);
            if (before != null && before.size() == size) {
                return before.report();
            }
            ChainReport report = ChainVerifier.verify(List.of(List.of(there)), List.of(publicKey), Optional.empty())
                    .getFirst();
            known.put(there, new Known(size, report));
            return report;
        } finally {
            verifying.unlock();
        }
    }

    private static final int MOST_FILES = 500;
    private static final int MOST_FINDINGS = 5;
}
