package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/** Finds a checkpoint of a log that is to be stamped with a time, and looks whether it is signed by a key of the log and stands where it says. It does not look at the records before. */
public final class CheckpointSearch {
    private final Path log;
    private final String name;
    private final Map<String, PublicKey> keys;

    /**
     * @param log the file in use
     * @param name of the log where its stamps are
     * @param publicKeys by one of which it is signed, in PEM
     * @throws IOException when one of them cannot be read
     */
    public CheckpointSearch(Path log, String name, List<Path> publicKeys) throws IOException {
        this.log = log;
        this.name = name;
        this.keys = CheckpointKey.readPublic(publicKeys);
    }

    /** What was found. */
    public sealed interface Result {
        /** This one. */
        record Found(LoneCheckpoint checkpoint) implements Result {}

        /** There is none. */
        record None() implements Result {}

        /** There is one by a key that is not known here: an earlier one, or nobody's. */
        record OtherKey(String why) implements Result {}

        /** There is one that cannot be right. */
        record Broken(String why) implements Result {}
    }

    /** The newest one. Reads the file in use, and those before it until one has a checkpoint. */
    public Result newest() throws IOException {
        for (Path file : ChainVerifier.files(log).reversed()) {
            Result result = in(file, Long.MAX_VALUE);
            if (!(result instanceof Result.None)) {
                return result;
            }
        }
        return new Result.None();
    }

    /** The first one that covers this record. */
    public Result covering(long record) throws IOException {
        List<Path> files = ChainVerifier.files(log);
        for (int i = 0; i < files.size(); i++) {
            boolean isLast = i == files.size() - 1;
            boolean isBehind = !isLast && beginsUpTo(files.get(i + 1), record);
            if (!isBehind) {
                Result result = in(files.get(i), record);
                if (!(result instanceof Result.None)) {
                    return result;
                }
            }
        }
        return new Result.None();
    }

    private static boolean beginsUpTo(Path file, long record) throws IOException {
        return Ends.beginningOf(file)
                .filter(ends -> ends.first().number() <= record)
                .isPresent();
    }

    /** The last one of a file, or the first that covers a record. */
    private Result in(Path file, long record) throws IOException {
        Result found = new Result.None();
        Optional<Link> before = Optional.empty();
        try (SegmentReader reader = SegmentReader.open(file)) {
            for (Optional<byte[]> line = reader.next();
                    line.isPresent() && !reader.isUnfinished();
                    line = reader.next()) {
                Optional<Link> own = Link.Line.of(line.get()).map(Link.Line::link);
                Optional<Checkpoint> checkpoint = checkpoint(line.get());
                if (checkpoint.isPresent()) {
                    found = judged(file, checkpoint.get(), before, line.get());
                    if (checkpoint.get().link().number() >= record) {
                        return found;
                    }
                }
                before = own;
            }
        }
        return record == Long.MAX_VALUE ? found : new Result.None();
    }

    private static Optional<Checkpoint> checkpoint(byte[] line) {
        String text = new String(line, UTF_8);
        // few lines are, and reading one as JSON costs more than looking for the word
        return text.contains(RecordField.CHECKPOINT) ? AuditLine.read(text).flatMap(Checkpoint::of) : Optional.empty();
    }

    private Result judged(Path file, Checkpoint checkpoint, Optional<Link> before, byte[] line) {
        String which = file.getFileName() + ": the checkpoint up to record "
                + checkpoint.link().number();
        PublicKey key = keys.get(checkpoint.key());
        if (key == null) {
            return new Result.OtherKey(which + " was signed by another key, " + checkpoint.key());
        }
        boolean isRight = before.equals(Optional.of(checkpoint.link())) && checkpoint.isSignedBy(key);
        return isRight
                ? new Result.Found(LoneCheckpoint.of(name, checkpoint, line))
                : new Result.Broken(which + " does not fit");
    }
}
