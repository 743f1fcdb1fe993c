package org.postseal.gateway.timestamp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postseal.certstore.Ownership;
import org.postseal.gateway.audit.LoneCheckpoint;
import org.postseal.gateway.smime.timestamp.TimestampQuery;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/**
 * The folder with stamped checkpoints: {@code NAME.json}, the checkpoint, {@code NAME.tsr}, the answer of the authority (a TimeStampResp in DER), {@code NAME.crl}, lists that say whether the authority's certificates were revoked (PEM), where
 * they could be had, and {@code NAME.tsq}, the query, as long as there is no answer to it. All are what {@code openssl ts} reads. Mode 0750, its files 0640, owner and group those of the log's folder where root makes them, each whole and on disk before it has its name.
 */
public final class StampFolder {
    private final Path folder;

    /** Made when the first file is written. */
    public StampFolder(Path folder) {
        this.folder = folder;
    }

    /** Where a stamp is, or will be. */
    Path stamp(LoneCheckpoint checkpoint) {
        return folder.resolve(checkpoint.name() + STAMP);
    }

    /** Where an answer that came another way is, or will be. */
    Path stamp(Path answer) {
        return folder.resolve(name(answer) + STAMP);
    }

    static String name(Path answer) {
        return answer.toAbsolutePath().getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }

    /** Whether another checkpoint has that name: the log was rolled back since, or another one was begun. */
    boolean isTaken(LoneCheckpoint checkpoint) throws IOException {
        Path file = folder.resolve(checkpoint.name() + CHECKPOINT);
        return isThere(file) && !Arrays.equals(Files.readAllBytes(file), checkpoint.octets());
    }

    /**
     * Whether there is an answer already.
     *
     * @throws IOException when the folder may not be looked into
     */
    boolean isStamped(LoneCheckpoint checkpoint) throws IOException {
        return isThere(stamp(checkpoint));
    }

    /** Files.exists says no as well where it may not look. */
    static boolean isThere(Path file) throws IOException {
        try {
            BasicFileAttributes _ = Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** The answer that was kept for it; empty where it was not stamped. */
    public Optional<byte[]> answer(LoneCheckpoint checkpoint) throws IOException {
        return isStamped(checkpoint) && !isTaken(checkpoint)
                ? Optional.of(bounded(stamp(checkpoint)))
                : Optional.empty();
    }

    /** Writes down what is to be stamped, and the query. */
    Path ask(LoneCheckpoint checkpoint, TimestampQuery query) throws IOException {
        write(checkpoint.name() + CHECKPOINT, checkpoint.octets());
        return write(checkpoint.name() + QUERY, query.encoded());
    }

    /**
     * Keeps an answer that was found good.
     *
     * @param lists file with revocation lists about its signer, where there is one
     */
    Path keep(LoneCheckpoint checkpoint, byte[] answer, Optional<byte[]> lists) throws IOException {
        // first, so that no stamp is there without what was stamped
        write(checkpoint.name() + CHECKPOINT, checkpoint.octets());
        if (lists.isPresent()) {
            write(checkpoint.name() + LISTS, lists.get());
        }
        return keep(checkpoint.name(), answer);
    }

    /** The file with revocation lists that was kept with its answer; empty where there is none. */
    public Optional<byte[]> lists(LoneCheckpoint checkpoint) throws IOException {
        Path file = folder.resolve(checkpoint.name() + LISTS);
        return isStamped(checkpoint) && !isTaken(checkpoint) && isThere(file)
                ? Optional.of(bounded(file, StampLists.MOST_OCTETS))
                : Optional.empty();
    }

    /**
     * Takes an answer that came another way.
     *
     * @param file it came in, which has the name of the query but for the suffix
     * @throws IOException when it cannot be read, or there is no checkpoint of that name
     */
    TimestampVerdict take(Path file, TimestampVerifier verifier) throws IOException {
        byte[] answer = bounded(file);
        String name = name(file);
        Path checkpoint = folder.resolve(name + CHECKPOINT);
        if (Files.notExists(checkpoint)) {
            throw new IOException(checkpoint + ": no such file; a reply has the name of its query but for the suffix");
        }
        Path kept = folder.resolve(name + STAMP);
        // a later stamp would prove less
        if (Files.exists(kept) && !Files.isSameFile(kept, file)) {
            throw new IOException(kept + " is there already");
        }
        byte[] octets = Files.readAllBytes(checkpoint);
        Path query = folder.resolve(name + QUERY);
        TimestampVerdict verdict = Files.exists(query)
                ? verifier.verify(octets, answer, TimestampQuery.read(Files.readAllBytes(query)))
                : verifier.verify(octets, answer);
        if (verdict instanceof TimestampVerdict.Stamped) {
            Path _ = keep(name, answer);
        }
        return verdict;
    }

    private Path keep(String name, byte[] answer) throws IOException {
        Path kept = write(name + STAMP, answer);
        boolean _ = Files.deleteIfExists(folder.resolve(name + QUERY));
        return kept;
    }

    /** Whether it is a stamp by its name. */
    public static boolean isStamp(Path file) {
        return file.toString().endsWith(STAMP);
    }

    /** A file of a size that such files have. */
    static byte[] bounded(Path file) throws IOException {
        return bounded(file, MOST_OCTETS);
    }

    /** The same, of a size that is expected. */
    static byte[] bounded(Path file, long most) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            // a pipe would have no end
            throw new IOException(file + " is no file");
        }
        if (attributes.size() > most) {
            throw new IOException(file + " is longer than " + most + " octets");
        }
        return Files.readAllBytes(file);
    }

    private Path write(String name, byte[] octets) throws IOException {
        Path ofLog = folder.toAbsolutePath().resolveSibling("");
        if (Files.notExists(folder)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
            // the umask may have taken the group's right
            mode(folder, FOLDER_MODE);
        }
        // what root makes the service goes on with, and reviewers read
        Ownership.giveAsOf(ofLog, folder);
        Path file = folder.resolve(name);
        Path unfinished = folder.resolve(name + "." + UUID.randomUUID() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(FILE_MODE))) {
                ByteBuffer left = ByteBuffer.wrap(octets);
                while (left.hasRemaining()) {
                    int _ = channel.write(left);
                }
                channel.force(true);
            }
            mode(unfinished, FILE_MODE);
            Ownership.giveAsOf(ofLog, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        return file;
    }

    /** Follows no link, which whoever owns the folder could put into the place of a file. */
    private static void mode(Path made, Set<PosixFilePermission> mode) throws IOException {
        Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(mode);
    }

    static final String STAMP = ".tsr";
    static final String CHECKPOINT = ".json";
    static final String LISTS = ".crl";
    static final long MOST_OCTETS = 1 << 20;
    private static final String QUERY = ".tsq";
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
}
