package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.gateway.audit.chain.UnfinishedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of {@link ValidationArchive}. The time of a file's last change says until when the file is needed at least.
 * This is the time of the last record that names it, or the end of the answer, since a remembered verdict may name the
 * answer until then. Thread-safe: only one file at a time is looked at and changed or removed.
 */
final class ValidationFolder {
    private final Path folder;
    private final long reserve;

    /** @param reserve the octets of the disk that are left for the records */
    ValidationFolder(Path folder, long reserve) {
        this.folder = folder;
        this.reserve = reserve;
    }

    /** Returns the path of a file, which need not be there. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** The outcome for one file. */
    enum Found {
        /** The file was written now. */
        WRITTEN,
        /** The file was there already. */
        THERE,
        /** The file is not there, and its content is not known. */
        NOWHERE
    }

    /**
     * Writes a file, or notes that it is still needed.
     *
     * @param octets the content; empty if the file must be there already
     * @param needed the file is needed until this time at least
     */
    synchronized Found keep(String name, Optional<byte[]> octets, Instant needed) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            prolong(file, needed);
            return Found.THERE;
        }
        if (octets.isEmpty()) {
            return Found.NOWHERE;
        }
        make();
        // The FileStore is not asked: it looks for the mount in files of /proc, which a service with ProcSubset=pid
        // does not see.
        if (folder.toFile().getUsableSpace() < reserve) {
            throw new IOException("less than " + (reserve >> 20) + " MiB are left, which the records need");
        }
        write(file, octets.get(), needed);
        return Found.WRITTEN;
    }

    /**
     * Writes a file that records need as much as they need the log. It may use the reserve, and the file and its name
     * are on disk when the method returns. A file of that name with another content is overwritten. So is a file of
     * another user: after a restore by root it may be unreadable, and its time cannot be set.
     *
     * @throws IOException if the file is not on disk
     */
    synchronized Found require(String name, byte[] octets, Instant needed) throws IOException {
        Path file = folder.resolve(name);
        make();
        boolean isThere = Files.isRegularFile(file);
        if (isThere) {
            try {
                if (Arrays.equals(Files.readAllBytes(file), octets)) {
                    prolong(file, needed);
                    force();
                    return Found.THERE;
                }
                LOG.warn("Audit log: {} was not what its name says, and is written anew", file);
            } catch (IOException e) {
                LOG.warn("Audit log: {} is not the service's own, and is written anew: {}", file, e.toString());
            }
        }
        write(file, octets, needed);
        force();
        return Found.WRITTEN;
    }

    private static void prolong(Path file, Instant needed) throws IOException {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(needed)) {
            Files.setLastModifiedTime(file, FileTime.from(needed));
        }
    }

    private static void write(Path file, byte[] octets, Instant needed) throws IOException {
        Path unfinished = UnfinishedFile.beside(file);
        try {
            Files.write(unfinished, octets, StandardOpenOption.TRUNCATE_EXISTING);
            Files.setLastModifiedTime(unfinished, FileTime.from(needed));
            UnfinishedFile.finish(unfinished, file);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void make() throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(MODE));
            Files.setPosixFilePermissions(folder, MODE);
            UnfinishedFile.forceDirectory(folder);
        }
    }

    /** Forces the names of the written files to disk. */
    void force() throws IOException {
        UnfinishedFile.forceDirectory(folder.resolve("any"));
    }

    /**
     * Removes what is not needed any more: files whose time is more than {@code slack} before the oldest record that
     * may name them.
     */
    void tidy(Instant now, OldestRecords oldest, Duration slack) {
        if (Files.notExists(folder)) {
            return;
        }
        // The files are listed one by one: there may be more names than fit into memory.
        try (Stream<Path> files = Files.list(folder)) {
            for (Iterator<Path> each = files.iterator(); each.hasNext(); ) {
                drop(each.next(), now, oldest, slack);
            }
        } catch (NoSuchFileException settled) {
            LOG.debug("Audit log: {} is gone already", settled.getMessage());
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Audit log: {} cannot be tidied: {}", folder, e.toString());
        }
    }

    private synchronized void drop(Path file, Instant now, OldestRecords oldest, Duration slack) throws IOException {
        Instant needed = Files.getLastModifiedTime(file).toInstant();
        boolean isGivenUp =
                file.toString().endsWith(UnfinishedFile.SUFFIX) && needed.isBefore(now.minus(Duration.ofHours(1)));
        if (isGivenUp
                || oldest.naming(file).filter(needed.plus(slack)::isBefore).isPresent()) {
            Files.deleteIfExists(file);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ValidationFolder.class);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rwxr-x---");
}
