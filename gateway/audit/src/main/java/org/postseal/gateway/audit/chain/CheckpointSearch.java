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

/**
 * Finds a checkpoint of a log for a time stamp. It checks that a key of the log signed the checkpoint and that the
 * record before is the one which the checkpoint names. It does not verify the records before.
 */
public final class CheckpointSearch {
    private final Path log;
    private final String name;
    private final Map<String, PublicKey> keys;

    /**
     * @param log the file in use
     * @param name the name of the log in the folder of stamps
     * @param publicKeys files in PEM with the public keys that may have signed the checkpoint
     * @throws IOException if one of them cannot be read
     */
    public CheckpointSearch(Path log, String name, List<Path> publicKeys) throws IOException {
        this.log = log;
        this.name = name;
        this.keys = CheckpointKey.readPublic(publicKeys);
    }

    public sealed interface Result {
        record Found(LoneCheckpoint checkpoint) implements Result {}

        record None() implements Result {}

        /** The checkpoint is by a key that is not known here: an earlier key, or a forged one. */
        record OtherKey(String why) implements Result {}

        /** The signature of the checkpoint, or its place in the chain, is wrong. */
        record Broken(String why) implements Result {}
    }

    /** Finds the newest checkpoint. It reads the file in use, and then those before it, until one has a checkpoint. */
    public Result newest() throws IOException {
        for (Path file : ChainVerifier.files(log).reversed()) {
            Result result = in(file, Long.MAX_VALUE);
            if (!(result instanceof Result.None)) {
                return result;
            }
        }
        return new Result.None();
    }

    /** Finds the first checkpoint that covers this record. */
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

    /**
     * Finds the first checkpoint of a file that covers a record, or the last one if the record is {@link
     * Long#MAX_VALUE}.
     */
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
        // Few lines are checkpoints, and reading one as JSON costs more than looking for the word.
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
