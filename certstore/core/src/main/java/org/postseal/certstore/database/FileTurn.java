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

/** A turn that is a lock on an empty file beside the database. The file stays. Thread-safe. */
final class FileTurn implements Turn {
    // File locks belong to the whole process, and closing any channel of the file would release them. So holders in
    // this process are tracked here.
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private FileTurn(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the turn of this name. Returns empty while somebody holds it.
     *
     * @throws DatabaseException if the file cannot be created or opened
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
                // Another process created it just now.
            }
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = Optional.ofNullable(channel.tryLock());
            return lock.map(_ -> new FileTurn(file, channel));
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
    }

    @Override
    public boolean isHeld() {
        return channel.isOpen();
    }

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
