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
     * Makes the indexes of both logs.
     *
     * @param isAll also those that are as they should be
     * @return the files of the log whose index was made
     * @throws IOException when the key cannot be read, or one cannot be made; those before it are
     */
    public static List<Path> make(AuditConfig config, boolean isAll) throws IOException {
        Path file = config.checkpoint().key();
        if (Files.notExists(file)) {
            throw new IOException(file + ": no such file");
        }
        CheckpointKey key = CheckpointKey.readOrMake(file);
        List<Path> made = new ArrayList<>();
        made.addAll(new SegmentArchive(new Segments(config.file()), key).index(isAll));
        made.addAll(new SegmentArchive(new Segments(config.adminFile()), key).index(isAll));
        return made;
    }
}
