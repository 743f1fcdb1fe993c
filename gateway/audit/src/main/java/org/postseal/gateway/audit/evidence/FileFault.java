package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Says in words why a file that is there cannot be used. If permission is denied, it says who owns the file. */
public final class FileFault {
    private FileFault() {}

    /** Returns the cause for people: {@code permission denied: it belongs to root:root, mode rw-------}. */
    public static String words(Path file, IOException e) {
        boolean isDenied = e instanceof AccessDeniedException
                || (e instanceof FileSystemException failed && NOT_THE_OWNER.equals(failed.getReason()));
        if (isDenied) {
            return "permission denied" + owner(file);
        }
        return e instanceof FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : String.valueOf(e.getMessage());
    }

    /**
     * Returns true if only the file is at fault. A process that may not look into the folder knows nothing about the
     * file.
     */
    static boolean isOfFile(Path file) {
        return Files.isExecutable(file.toAbsolutePath().resolveSibling(""));
    }

    private static String owner(Path file) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return ": it belongs to %s:%s, mode %s"
                    .formatted(
                            attributes.owner().getName(),
                            attributes.group().getName(),
                            PosixFilePermissions.toString(attributes.permissions()));
        } catch (IOException | UnsupportedOperationException unseen) {
            return "";
        }
    }

    /** EPERM, for which Java has no exception. Only the owner of a file may set its time. */
    private static final String NOT_THE_OWNER = "Operation not permitted";
}
