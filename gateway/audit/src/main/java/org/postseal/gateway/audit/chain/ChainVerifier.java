package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.postseal.gateway.audit.chain.ChainReport.Finding;
import org.postseal.gateway.audit.chain.KeptCheckpoints.Kept;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Follows a chain through all its files and reports what does not fit. It needs the files and the public keys, and
 * nothing else. After a break it goes on from the record that it finds there, so that each break is reported once. Used
 * once.
 */
public final class ChainVerifier {
    private final Map<String, PublicKey> keys;
    private final KeptCheckpoints elsewhere;
    private final Optional<String> node;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Long> erasedTo = new HashSet<>();
    private Optional<String> id = Optional.empty();
    private Link link = Link.BEGINNING;
    private long first;
    private long records;
    private int checkpoints;
    private Optional<Checkpoint> newest = Optional.empty();
    private boolean isBroken;
    private boolean isSigned;
    private boolean isUnfinished;
    private boolean isErasedSince;
    private boolean isAnotherSeen;
    private String place = "";

    private ChainVerifier(Map<String, PublicKey> keys, KeptCheckpoints elsewhere, Optional<String> node) {
        this.keys = keys;
        this.elsewhere = elsewhere;
        this.node = node;
    }

    /** Verifies the log of a node of a fleet; its newest checkpoint must say that name if it says any. */
    static ChainReport verify(String node, List<Path> files, Map<String, PublicKey> keys, KeptCheckpoints elsewhere)
            throws IOException {
        return new ChainVerifier(keys, elsewhere, Optional.of(node)).report(files);
    }

    /**
     * Verifies one log, or several that share keys and kept checkpoints.
     *
     * @param logs the files of each log, oldest first, see {@link #files}; at least one log
     * @param keys files in PEM with public keys; at least one
     * @param checkpoints a file with lines of the logs that were kept elsewhere, as they are or inside lines of syslog
     * @return a report for each log
     * @throws IOException if a file or a key cannot be read, or a kept line is no checkpoint that one of the keys has
     * signed
     */
    public static List<ChainReport> verify(List<List<Path>> logs, List<Path> keys, Optional<Path> checkpoints)
            throws IOException {
        return verify(logs, keys, checkpoints, List.of());
    }

    /**
     * Verifies the logs, with time stamps of their checkpoints.
     *
     * @param stamps the stamps; one that proves nothing is a finding in the last report
     */
    public static List<ChainReport> verify(
            List<List<Path>> logs, List<Path> keys, Optional<Path> checkpoints, List<KeptStamp> stamps)
            throws IOException {
        Map<String, PublicKey> known = CheckpointKey.readPublic(keys);
        List<Finding> others = new ArrayList<>();
        KeptCheckpoints kept = (checkpoints.isPresent()
                        ? KeptCheckpoints.read(checkpoints.get(), known)
                        : KeptCheckpoints.none())
                .with(stamps, known, others::add);
        List<ChainReport> reports = new ArrayList<>();
        for (List<Path> log : logs) {
            reports.add(new ChainVerifier(known, kept, Optional.empty()).report(log));
        }
        Set<String> chains = reports.stream().map(ChainReport::chain).collect(Collectors.toSet());
        kept.ofOthers(chains)
                .forEach(checkpoint -> others.add(new Finding(
                        "", "the kept " + checkpoint + " is of a chain that is not here, " + checkpoint.chain())));
        reports.add(reports.removeLast().with(others));
        return reports;
    }

    /**
     * Returns the files of a log, oldest first.
     *
     * @param log the file in use; the full files are found beside it
     * @throws IOException if there is no file
     */
    public static List<Path> files(Path log) throws IOException {
        Segments segments = new Segments(log);
        List<Path> all = new ArrayList<>();
        segments.full().forEach(segment -> all.add(segment.file()));
        if (Files.exists(segments.current())) {
            all.add(segments.current());
        }
        if (all.isEmpty()) {
            throw new IOException(log + ": no such file");
        }
        return all;
    }

    private ChainReport report(List<Path> files) throws IOException {
        for (Path file : files) {
            boolean isLast = file.equals(files.getLast());
            if (isUnfinished) {
                find(place, "unfinished line");
            }
            verify(file);
            if (!isLast && !isSigned) {
                // A file is signed at its end before the next one begins.
                find(file.getFileName().toString(), "is not signed at its end");
            }
        }
        if (id.isEmpty() && findings.isEmpty()) {
            throw new IOException(files.getLast() + " is no log with a chain");
        }
        judgeWhole(id.orElse(""));
        return new ChainReport(
                id.orElse(""),
                files.size(),
                first,
                link.number(),
                records,
                checkpoints,
                newest.map(checkpoint -> checkpoint.link().number()).orElse(0L),
                elsewhere.provenTo(id.orElse("")),
                elsewhere.stampedTo(id.orElse("")),
                isErasedSince,
                isUnfinished,
                findings);
    }

    private void judgeWhole(String chain) {
        if (checkpoints == 0) {
            findings.add(ChainReport.UNSIGNED);
        }
        if (first > 1 && !erasedTo.contains(first - 1)) {
            find("", missing(0, first) + ", and no record says that their time was over");
        }
        newest.flatMap(Checkpoint::node)
                .filter(name -> node.isPresent() && !node.get().equals(name))
                .ifPresent(name -> find("", "is the log of " + name + ", as its newest checkpoint says"));
        List<Kept> kept = elsewhere.of(chain);
        KeptCheckpoints.telling(kept.stream()
                        .filter(checkpoint -> checkpoint.link().number() > link.number())
                        .toList())
                .forEach(checkpoint -> find(
                        "",
                        "rolled back: the " + checkpoint + " covers records up to "
                                + checkpoint.link().number() + ", the log ends with " + link.number()));
        isErasedSince = areErased(kept.stream().filter(Kept::isElsewhere).toList());
        if (findings.isEmpty() && !kept.isEmpty() && !areErased(kept) && !elsewhere.isAnyMet(chain)) {
            find("", "none of the records that the kept checkpoints cover is here as it was");
        }
    }

    /** Returns true if the log says that the time of all records which these checkpoints cover is over. */
    private boolean areErased(List<Kept> kept) {
        return !kept.isEmpty()
                && erasedTo.contains(first - 1)
                && kept.stream().allMatch(checkpoint -> checkpoint.link().number() < first - 1);
    }

    private void verify(Path file) throws IOException {
        isBroken = false;
        isSigned = false;
        int number = 0;
        try (SegmentReader reader = SegmentReader.open(file)) {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                number++;
                place = file.getFileName() + ":" + number;
                if (reader.isUnfinished()) {
                    isUnfinished = true;
                } else if (number == 1) {
                    begin(line.get());
                } else {
                    take(line.get());
                }
            }
        } catch (ZipException | EOFException damaged) {
            find(file.getFileName().toString(), "the compressed file is damaged: " + damaged.getMessage());
        }
        if (number == 0) {
            find(file.getFileName().toString(), "empty");
        }
    }

    /** Reads the first line of a file, which says where the file continues the chain. */
    private void begin(byte[] line) {
        Optional<AuditLine> head = AuditLine.read(new String(line, UTF_8))
                .filter(read -> read.first("event.action").equals(Optional.of(RecordField.SEGMENT)));
        Optional<Link.Line> own = Link.Line.of(line);
        if (head.isEmpty() || own.isEmpty()) {
            find(place, "does not begin as a file of a chain does");
            take(line);
            return;
        }
        String chain = head.get().first(RecordField.CHAIN).orElse("");
        Link before = new Link(
                own.get().link().number() - 1,
                head.get().first(RecordField.PREVIOUS).orElse(""));
        if (id.isEmpty()) {
            // This is the first file: older ones were erased, or there were none.
            first = own.get().link().number();
        } else if (!id.get().equals(chain)) {
            find(place, "another chain begins, " + chain + " after " + id.get());
        } else if (before.number() != link.number()) {
            find(place, missing(link.number(), own.get().link().number()));
        } else if (!before.equals(link)) {
            find(place, "does not follow record " + link.number() + ", which is not what it was");
        }
        id = Optional.of(chain);
        link = before;
        matchKept();
        take(line);
    }

    private void take(byte[] line) {
        records++;
        Optional<Link.Line> read = Link.Line.of(line);
        if (read.isEmpty()) {
            breaks("no record of the chain");
            return;
        }
        Link said = read.get().link();
        Link computed = link.next(read.get().record());
        if (said.equals(computed)) {
            isBroken = false;
        } else if (said.number() != computed.number()) {
            breaks(
                    said.number() > computed.number()
                            ? missing(link.number(), said.number())
                            : "record " + said.number() + " stands behind record " + link.number());
        } else if (!isBroken) {
            breaks("record " + said.number() + " was changed, or one before it");
        }
        Link before = link;
        link = said;
        matchKept();
        Optional<AuditLine> fields = AuditLine.read(new String(line, UTF_8));
        isSigned = fields.flatMap(Checkpoint::of)
                .filter(checkpoint -> check(checkpoint, before))
                .isPresent();
        fields.filter(record -> record.first("event.action").equals(Optional.of(RecordField.ERASED)))
                .flatMap(record -> record.first(RecordField.LAST))
                .filter(last -> last.matches("[0-9]{1,18}"))
                .ifPresent(last -> erasedTo.add(Long.parseLong(last)));
    }

    /** Reports a break. From here on, the link in the log is taken as it is. */
    private void breaks(String what) {
        find(place, what);
        isBroken = true;
    }

    /** Returns true if the checkpoint counts. */
    private boolean check(Checkpoint checkpoint, Link before) {
        PublicKey key = keys.get(checkpoint.key());
        if (key == null) {
            find(place, "checkpoint by an unknown key, " + checkpoint.key());
            return false;
        }
        boolean isHere = checkpoint.link().equals(before) && checkpoint.chain().equals(id.orElse(""));
        if (!isHere || !checkpoint.isSignedBy(key)) {
            find(place, "the checkpoint's signature does not fit");
            return false;
        }
        checkpoints++;
        newest = Optional.of(checkpoint);
        return true;
    }

    private void matchKept() {
        for (Kept checkpoint : elsewhere.contradicting(id.orElse(""), link)) {
            // Behind the first record that is another one, all are.
            if (checkpoint.seenBy().isEmpty() || !isAnotherSeen) {
                find(place, "record " + link.number() + " is not the one that the kept " + checkpoint + " covers");
            }
            isAnotherSeen |= checkpoint.seenBy().isPresent();
        }
    }

    private void find(String where, String what) {
        findings.add(new Finding(where, what));
    }

    private static String missing(long last, long next) {
        return last + 2 == next
                ? "record " + (last + 1) + " is missing"
                : "records " + (last + 1) + " to " + (next - 1) + " are missing";
    }
}
