package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A file that was just made and has no content yet. Both the service and root's commands ({@code audit index}, {@code
 * audit stamp}) may write to the folder. Therefore a link that was put in the place of the file meanwhile is not
 * followed.
 */
public final class UnfinishedFile {
    private UnfinishedFile() {}

    /**
     * Makes a new file beside the one that it becomes by {@link #finish}. Its name is unique, since a command may be
     * making the same file.
     */
    public static Path beside(Path file) throws IOException {
        Path unfinished = Files.createTempFile(
                file.resolveSibling("").toAbsolutePath(),
                file.getFileName() + ".",
                SUFFIX,
                PosixFilePermissions.asFileAttribute(MODE));
        // The umask may have removed the right of the group, by which the console reads.
        mode(unfinished, MODE);
        return unfinished;
    }

    /** Forces an unfinished file to disk and gives it its name. */
    public static void finish(Path unfinished, Path file) throws IOException {
        force(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Sets the permissions of a file, whatever the umask has removed. */
    static void mode(Path file, Set<PosixFilePermission> mode) throws IOException {
        // A view of a path alone sets the owner without following a link, but it sets permissions by chmod, which
        // follows links.
        Path folder = file.toAbsolutePath().resolveSibling("");
        try (SecureDirectoryStream<Path> opened = folder(folder)) {
            opened.getFileAttributeView(file.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setPermissions(mode);
        }
    }

    /**
     * Opens a folder so that its files are named within it (openat(2)), whatever has the folder's name meanwhile. The
     * name of the folder itself may be a link.
     *
     * @throws IOException if it cannot be opened, or if this system cannot do that
     */
    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    public static SecureDirectoryStream<Path> folder(Path folder) throws IOException {
        DirectoryStream<Path> opened = Files.newDirectoryStream(folder);
        if (opened instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        opened.close();
        throw new IOException(folder + ": this system names no file within an open folder");
    }

    /** Writes all parts and forces them to disk. */
    public static void fill(Path file, List<byte[]> parts) throws IOException {
        try (FileChannel channel = open(file)) {
            fill(channel, parts);
        }
    }

    /** Writes all parts to an open file and forces them to disk. */
    public static void fill(FileChannel channel, List<byte[]> parts) throws IOException {
        for (byte[] part : parts) {
            ByteBuffer octets = ByteBuffer.wrap(part);
            while (octets.hasRemaining()) {
                int _ = channel.write(octets);
            }
        }
        channel.force(true);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            channel.force(true);
        }
    }

    /** Forces the folder of a file to disk. A power failure would lose a file whose name is not on disk. */
    public static void forceDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
                handle.force(true);
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** The permissions of the files of the log, and of those beside it. */
    public static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    public static final String SUFFIX = ".new";
}
