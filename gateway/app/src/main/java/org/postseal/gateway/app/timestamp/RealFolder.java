package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.postseal.certstore.Ownership;
import org.postseal.gateway.audit.chain.UnfinishedFile;

/**
 * Works on a folder that root writes to, inside a folder that somebody else owns. Each operation opens the folder anew,
 * by a name that must not be a symbolic link, and names files within the open folder (openat(2)). So an attacker who
 * replaces the folder meanwhile cannot choose where the operation goes. Links in the path to the outer folder are
 * followed.
 */
final class RealFolder {
    private final Path folder;
    private final Path around;
    private final Consumer<Path> looked;

    RealFolder(Path folder) {
        this(folder, _ -> {});
    }

    /**
     * @param looked is told of a folder or file after it was looked at or made, and before it is opened; a test can
     * then put something else there
     */
    RealFolder(Path folder, Consumer<Path> looked) {
        this.folder = folder.toAbsolutePath();
        this.around = this.folder.resolveSibling("");
        this.looked = looked;
    }

    /**
     * Returns whether something has that name; false if there is no folder.
     *
     * @throws LinkException if the folder or the file is a link
     * @throws IOException if it may not be looked into
     */
    boolean isThere(String name) throws IOException {
        try {
            BasicFileAttributes _ =
                    within(name, (opened, relative) -> attributes(opened, relative, folder.resolve(name)));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /**
     * Reads a whole file.
     *
     * @param most octets that it may have
     * @throws LinkException if the folder or the file is a link
     * @throws IOException if it is no file, has more octets, or cannot be read
     */
    byte[] read(String name, long most) throws IOException {
        Path file = folder.resolve(name);
        return within(name, (opened, relative) -> {
            BasicFileAttributes attributes = attributes(opened, relative, file);
            StampFolder.requireBounded(file, attributes, most);
            looked.accept(file);
            try (SeekableByteChannel channel = opened.newByteChannel(relative, READING)) {
                byte[] octets = Channels.newInputStream(channel).readNBytes(Math.toIntExact(most + 1));
                if (octets.length > most) {
                    // The file has grown since the look at its attributes.
                    throw StampFolder.tooLong(file, most);
                }
                return octets;
            }
        });
    }

    /**
     * Writes a file, which is whole and on disk before it has its name, and makes the folder if there is none. If the
     * file or the folder belongs to root, it gets the owner and group of the outer folder.
     *
     * @throws LinkException if the folder is a link
     */
    void write(String name, byte[] octets) throws IOException {
        PosixFileAttributes theirs = Files.readAttributes(around, PosixFileAttributes.class);
        boolean isNew = make();
        var _ = within(name, (opened, relative) -> {
            PosixFileAttributeView itself = opened.getFileAttributeView(PosixFileAttributeView.class);
            if (isNew) {
                itself.setPermissions(FOLDER_MODE);
            }
            // This is done each time, since the folder may still belong to root alone: after mkdir, after a command
            // that ended before this, or after a mount.
            Ownership.giveAsOf(theirs, itself);
            Path unfinished = Path.of(name + "." + UUID.randomUUID() + ".new");
            try {
                fill(opened, unfinished, octets);
                looked.accept(folder.resolve(unfinished));
                PosixFileAttributeView made = opened.getFileAttributeView(
                        unfinished, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                // The umask may have removed the group's right to read, which reviewers need.
                made.setPermissions(FILE_MODE);
                Ownership.giveAsOf(theirs, made);
                opened.move(unfinished, opened, relative);
            } finally {
                delete(opened, unfinished);
            }
            try (SeekableByteChannel directory = opened.newByteChannel(Path.of("."), READING)) {
                ((FileChannel) directory).force(true);
            }
            return true;
        });
    }

    private static void fill(SecureDirectoryStream<Path> opened, Path file, byte[] octets) throws IOException {
        try (SeekableByteChannel channel =
                opened.newByteChannel(file, WRITING, PosixFilePermissions.asFileAttribute(FILE_MODE))) {
            UnfinishedFile.fill((FileChannel) channel, List.of(octets));
        }
    }

    /** Removes a file if it is there. */
    void delete(String name) throws IOException {
        var _ = within(name, RealFolder::delete);
    }

    private static boolean delete(SecureDirectoryStream<Path> opened, Path name) throws IOException {
        try {
            opened.deleteFile(name);
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private boolean make() throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
            return true;
        } catch (FileAlreadyExistsException there) {
            return false;
        }
    }

    private interface Deed<T> {
        T to(SecureDirectoryStream<Path> opened, Path name) throws IOException;
    }

    /** Runs an operation within the folder; its errors name the whole path. */
    private <T> T within(String name, Deed<T> deed) throws IOException {
        try (SecureDirectoryStream<Path> opened = open()) {
            try {
                return deed.to(opened, Path.of(name));
            } catch (FileSystemException e) {
                throw of(folder.resolve(name), e);
            }
        }
    }

    private SecureDirectoryStream<Path> open() throws IOException {
        try (SecureDirectoryStream<Path> parent = UnfinishedFile.folder(around)) {
            Path name = folder.getFileName();
            try {
                // Something else than a folder is not opened: opening a pipe would wait for ever, and opening a file
                // would leave a descriptor open.
                if (!attributes(parent, name, folder).isDirectory()) {
                    throw new NotDirectoryException(folder.toString());
                }
                looked.accept(folder);
                return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            } catch (FileSystemException e) {
                throw of(folder, e);
            }
        }
    }

    private static FileSystemException of(Path whole, FileSystemException e) {
        String file = whole.toString();
        FileSystemException named = switch (e) {
            case NoSuchFileException _ -> new NoSuchFileException(file);
            case AccessDeniedException _ -> new AccessDeniedException(file);
            case NotDirectoryException _ -> new NotDirectoryException(file);
            default -> new FileSystemException(file, null, e.getReason());
        };
        var _ = named.initCause(e);
        return named;
    }

    /** Reads the attributes of something that must not be a link. */
    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> opened, Path name, Path whole)
            throws IOException {
        BasicFileAttributes attributes = opened.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (attributes.isSymbolicLink()) {
            throw new LinkException(whole);
        }
        return attributes;
    }

    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITING = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
}
