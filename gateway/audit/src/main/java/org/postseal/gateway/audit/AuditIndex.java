package org.postseal.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the indexes of both logs again. It may run beside a gateway. */
public final class AuditIndex {
    private AuditIndex() {}

    /**
     * The outcome.
     *
     * @param files files of the log whose index was made
     * @param failures files whose index cannot be made, with the cause in words
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
     * @param isAll true to make also those that are as they should be
     * @throws IOException if the key or a folder cannot be read
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
