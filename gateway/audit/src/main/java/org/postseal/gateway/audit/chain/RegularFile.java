package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Files of the log and beside it, which somebody else may have put there. */
public final class RegularFile {
    private RegularFile() {}

    /**
     * Refuses what is no file, before it is opened: who opens a named pipe waits until somebody writes into it.
     *
     * @param file the file, which need not be there
     */
    public static void require(Path file) throws IOException {
        boolean isFile;
        try {
            // It is looked at once, since the gateway may rename it meanwhile.
            isFile = Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
        } catch (NoSuchFileException none) {
            return;
        }
        if (!isFile) {
            throw new FileSystemException(file.toString(), null, "is no regular file");
        }
    }
}
