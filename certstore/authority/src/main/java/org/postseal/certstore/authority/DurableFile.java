package org.postseal.certstore.authority;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.postseal.certstore.Ownership;

/** Writes files that are complete or do not exist, even after a power cut. */
final class DurableFile {
    static final String SECRET = "rw-------";
    static final String PUBLIC = "rw-r--r--";

    private DurableFile() {}

    /** Replaces a file. If root does, the file gets the owner of its folder, who is the service that uses it. */
    static void replace(Path file, byte[] octets, String permissions) throws IOException {
        Path temporary = fill(file, octets, permissions);
        Ownership.giveAsOf(folder(file), temporary);
        move(temporary, file);
    }

    /** Replaces a file that stays ours, whoever owns the folder. */
    static void replaceOwn(Path file, byte[] octets, String permissions) throws IOException {
        move(fill(file, octets, permissions), file);
    }

    /** No link is followed, since the owner of the folder could put one in the place of the file. */
    private static Path fill(Path file, byte[] octets, String permissions) throws IOException {
        Set<PosixFilePermission> granted = PosixFilePermissions.fromString(permissions);
        Path temporary = folder(file).resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(granted))) {
            ByteBuffer buffer = ByteBuffer.wrap(octets);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        // The umask of the process may have taken permissions away.
        Files.getFileAttributeView(temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(granted);
        return temporary;
    }

    private static void move(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        synchronize(folder(file));
    }

    /** Makes sure that the names in a folder outlive a power cut. */
    static void synchronize(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
