package org.postseal.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes indexes anew, beside a gateway that may be running. */
public final class AuditIndex {
    private AuditIndex() {}

    /**
     * What was done.
     *
     * @param files of the log whose index was made
     * @param failures files whose index cannot be made, and why, in words
     */
    public record Made(List<Path> files, List<String> failures) {
        public Made {
            files = List.copyOf(files);
            failures = List.copyOf(failures);
        }
    }

    /**
     * Makes the indexes of both logs.
     *
     * @param isAll also those that are as they should be
     * @throws IOException when the key or a folder cannot be read
     */
    public static Made make(AuditConfig config, boolean isAll) throws IOException {
        Path file = config.checkpoint().key();
        if (Files.notExists(file)) {
            throw new IOException(file + ": no such file");
        }
        CheckpointKey key = CheckpointKey.readOrMake(config.checkpoint());
        List<Path> files = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Path log : List.of(config.file(), config.adminFile())) {
            Made made = new SegmentArchive(new Segments(log), key).index(isAll);
            files.addAll(made.files());
            failures.addAll(made.failures());
        }
        return new Made(files, failures);
    }
}
