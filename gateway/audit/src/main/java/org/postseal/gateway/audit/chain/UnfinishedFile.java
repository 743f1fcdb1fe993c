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

/** A file that was made just now, and has no content yet. The folder may be the service's and the command root's ({@code audit index}, {@code audit stamp}): a link that was put into the file's place meanwhile is not followed. */
public final class UnfinishedFile {
    private UnfinishedFile() {}

    /** A new file beside the one that it becomes by {@link #finish}; of its own, since a command may be making the same one. */
    public static Path beside(Path file) throws IOException {
        Path unfinished = Files.createTempFile(
                file.resolveSibling("").toAbsolutePath(),
                file.getFileName() + ".",
                SUFFIX,
                PosixFilePermissions.asFileAttribute(MODE));
        // the umask may have taken the right of the group, which the console reads by
        mode(unfinished, MODE);
        return unfinished;
    }

    /** Whole and on disk. */
    public static void finish(Path unfinished, Path file) throws IOException {
        force(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whatever the umask has taken. */
    static void mode(Path file, Set<PosixFilePermission> mode) throws IOException {
        // a view of the path alone sets owners without following a link, but permissions by chmod, which does
        Path folder = file.toAbsolutePath().resolveSibling("");
        try (SecureDirectoryStream<Path> opened = folder(folder)) {
            opened.getFileAttributeView(file.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setPermissions(mode);
        }
    }

    /**
     * Opens a folder, by a name that is followed, so that its files are named within it (openat(2)), whatever stands under that name meanwhile.
     *
     * @throws IOException when it cannot be opened, or not on this system
     */
    @SuppressWarnings("StreamResourceLeak") // whoever asks for it closes it
    public static SecureDirectoryStream<Path> folder(Path folder) throws IOException {
        DirectoryStream<Path> opened = Files.newDirectoryStream(folder);
        if (opened instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        opened.close();
        throw new IOException(folder + ": this system names no file within an open folder");
    }

    /** Writes all of it to the disk. */
    public static void fill(Path file, List<byte[]> parts) throws IOException {
        try (FileChannel channel = open(file)) {
            fill(channel, parts);
        }
    }

    /** The same into one that is open. */
    public static void fill(FileChannel channel, List<byte[]> parts) throws IOException {
        for (byte[] part : parts) {
            ByteBuffer octets = ByteBuffer.wrap(part);
            while (octets.hasRemaining()) {
                int _ = channel.write(octets);
            }
        }
        channel.force(true);
    }

    /** What was written is on the disk. */
    private static void force(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            channel.force(true);
        }
    }

    /** A file whose name is not on the disk is lost with the power. */
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

    /** Of the files of the log, and of those beside it. */
    public static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    public static final String SUFFIX = ".new";
}
