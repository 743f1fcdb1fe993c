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
 * The files of {@link ValidationArchive}. The time of a file's last change is the one until which it is needed at least: when a record last named it, or when its answer ends, since a verdict that is remembered may
 * name it until then. Thread-safe; each file is looked at and changed, or removed, in one turn.
 */
final class ValidationFolder {
    private final Path folder;
    private final long reserve;

    /** @param reserve octets of the disk that are left to the records */
    ValidationFolder(Path folder, long reserve) {
        this.folder = folder;
        this.reserve = reserve;
    }

    /** Where it is, or would be. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** What became of one file. */
    enum Found {
        /** It is new. */
        WRITTEN,
        /** It was there. */
        THERE,
        /** It is not there, and nobody has its octets. */
        NOWHERE
    }

    /**
     * Keeps it, or remembers that it is needed still.
     *
     * @param octets none where it must be there already
     * @param needed until then at least
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
        // not by its FileStore, which looks for the mount in files of /proc that a service with ProcSubset=pid does not
        // see
        if (folder.toFile().getUsableSpace() < reserve) {
            throw new IOException("less than " + (reserve >> 20) + " MiB are left, which the records need");
        }
        write(file, octets.get(), needed);
        return Found.WRITTEN;
    }

    /**
     * The same of what records need as they need the log: it takes of the reserve too, and is on disk, with its name, when this returns. What else stands under its name is written over, and so is
     * what is another user's: after a restore by root it may be unreadable, and its time cannot be set.
     *
     * @throws IOException when it is not
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

    /** The names of what was written are on disk too. */
    void force() throws IOException {
        UnfinishedFile.forceDirectory(folder.resolve("any"));
    }

    /** Drops what is needed no more: of which the time is more than {@code slack} before the oldest record that is left of those that may name it. */
    void tidy(Instant now, OldestRecords oldest, Duration slack) {
        if (Files.notExists(folder)) {
            return;
        }
        // one by one: there may be more names than fit into memory
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
