package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Says whether a record stands in a file that is whole and signed. Each file is verified once, and again when it has
 * changed. Thread-safe.
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

    /** @param state changes with each change of the file, even if its size and its time are set back */
    private record Known(Map<String, Object> state, ChainReport report) {}

    /** Holds some records of a file by their numbers, since those of one message mostly stand together. */
    private record Read(Path file, Map<String, Object> state, Map<Long, AuditLine> records) {}

    private Read read = new Read(Path.of(""), Map.of(), Map.of());

    /**
     * Returns the verdict on a record.
     *
     * @param number the number of the record in the chain, as it says itself
     * @param isIt tells whether a record of the chain is this one
     */
    Verdict of(long number, Predicate<AuditLine> isIt) {
        if (Files.notExists(publicKey)) {
            return new Verdict.Unknown("there is no public key " + publicKey);
        }
        verifying.lock();
        try {
            Optional<Path> file = log.holding(number);
            if (file.isEmpty()) {
                return new Verdict.Unknown("the file of the record no longer exists");
            }
            boolean isFull = LogFiles.firstNumber(file.get()).isPresent();
            Path there = Files.exists(file.get()) ? file.get() : LogFiles.compressed(file.get());
            Map<String, Object> state = Files.readAttributes(there, "unix:size,lastModifiedTime,ctime,ino");
            Verdict verdict = verdict(number, report(there, state), isFull);
            boolean isThere = verdict instanceof Verdict.Broken
                    || record(there, state, number).filter(isIt).isPresent();
            return isThere
                    ? verdict
                    : new Verdict.Broken(
                            List.of("record " + number + " of " + there.getFileName() + " is another one"));
        } catch (IOException e) {
            return new Verdict.Unknown(String.valueOf(e.getMessage()));
        } finally {
            verifying.unlock();
        }
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

    private ChainReport report(Path file, Map<String, Object> state) throws IOException {
        Known before = known.get(file);
        if (before != null && before.state().equals(state)) {
            return before.report();
        }
        ChainReport report = ChainVerifier.verify(List.of(List.of(file)), List.of(publicKey), Optional.empty())
                .getFirst();
        known.put(file, new Known(state, report));
        return report;
    }

    private Optional<AuditLine> record(Path file, Map<String, Object> state, long number) throws IOException {
        if (!read.file().equals(file)
                || !read.state().equals(state)
                || !read.records().containsKey(number)) {
            Map<Long, AuditLine> records = new HashMap<>();
            try (InputStream in = LogFiles.open(file)) {
                LineReader lines = new LineReader(in);
                for (Optional<byte[]> line = lines.next();
                        line.isPresent() && records.size() < MOST_RECORDS;
                        line = lines.next()) {
                    byte[] octets = line.get();
                    Link.Line.of(octets)
                            .map(each -> each.link().number())
                            .filter(each -> each >= number)
                            .ifPresent(each ->
                                    AuditLine.read(new String(octets, UTF_8)).ifPresent(one -> records.put(each, one)));
                }
            }
            read = new Read(file, state, records);
        }
        return Optional.ofNullable(read.records().get(number));
    }

    private static final int MOST_FILES = 500;
    private static final int MOST_RECORDS = 200;
    private static final int MOST_FINDINGS = 5;
}
