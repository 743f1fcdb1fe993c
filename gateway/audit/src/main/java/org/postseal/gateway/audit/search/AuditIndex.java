package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Segments;

/** Makes the indexes of both logs again. It may run beside a gateway. */
public final class AuditIndex {
    private AuditIndex() {}

    /**
     * Makes the indexes of both logs.
     *
     * @param isAll true to make also those that are as they should be
     * @throws IOException if the key or a folder cannot be read
     */
    public static MadeIndexes make(AuditConfig config, boolean isAll) throws IOException {
        Path file = config.checkpoint().key();
        if (Files.notExists(file)) {
            throw new IOException(file + ": no such file");
        }
        CheckpointKey key = CheckpointKey.readOrMake(config.checkpoint());
        List<Path> files = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Path log : List.of(config.file(), config.adminFile())) {
            MadeIndexes made = new SegmentArchive(new Segments(log), key).index(isAll);
            files.addAll(made.files());
            failures.addAll(made.failures());
        }
        return new MadeIndexes(files, failures);
    }
}
