package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * A right that one holder at a time has, in whichever process: a lock on an empty file beside the database. It ends with {@link #close} or with the process, however that
 * ends; the file stays. Thread-safe.
 */
public final class Turn implements AutoCloseable {
    // the system's locks are those of a process, and closing any channel of the file would give them up
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private Turn(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * The turn of this name; empty while somebody has it.
     *
     * @throws DatabaseException when the file cannot be made or opened
     */
    static Optional<Turn> take(Path database, String name) {
        try {
            Path real = database.toRealPath();
            Path file = real.resolveSibling(real.getFileName() + "-" + name.replaceAll("[^A-Za-z0-9._-]", "-"));
            if (!OURS.add(file)) {
                return Optional.empty();
            }
            Optional<Turn> turn = Optional.empty();
            try {
                turn = locked(file);
                return turn;
            } finally {
                if (turn.isEmpty()) {
                    OURS.remove(file);
                }
            }
        } catch (IOException e) {
            throw new DatabaseException(Fault.CANNOT_OPEN, "lock of " + name + " beside " + database + ": " + e, e);
        }
    }

    private static Optional<Turn> locked(Path file) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Sqlite.createOwned(file);
            } catch (FileAlreadyExistsException quicker) {
                // another process made it just now
            }
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = Optional.ofNullable(channel.tryLock());
            return lock.map(_ -> new Turn(file, channel));
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
    }

    /** Gives it to the next one. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new DatabaseException(Fault.INPUT_OUTPUT, file + " cannot be closed: " + e, e);
        } finally {
            OURS.remove(file);
        }
    }
}
