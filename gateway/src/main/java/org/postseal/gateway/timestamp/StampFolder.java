package org.postseal.gateway.timestamp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.postseal.certstore.Ownership;
import org.postseal.gateway.audit.KeptStamp;
import org.postseal.gateway.audit.LoneCheckpoint;
import org.postseal.gateway.audit.Stamp;
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

    private static String name(Path answer) {
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
    private static boolean isThere(Path file) throws IOException {
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
                ? Optional.of(bounded(file))
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

    /**
     * What was kept here, elsewhere than the log, by name; nothing where there is no such folder.
     *
     * @throws IOException when one of them cannot be read
     */
    public List<KeptStamp> elsewhere(TimestampVerifier verifier) throws IOException {
        List<KeptStamp> stamps = new ArrayList<>();
        TimestampVerifier knowing = verifier.knowing(StampLists.read(files(LISTS)));
        for (Path file : files(STAMP)) {
            stamps.add(judged(file, knowing, true));
        }
        return stamps;
    }

    /** What was kept here, beside the log. What cannot be read is among it: whoever may write here must not be able to keep the log from being verified. */
    public List<KeptStamp> besideLog(TimestampVerifier verifier) {
        List<KeptStamp> stamps = new ArrayList<>();
        try {
            List<Path> lists = new ArrayList<>(files(LISTS));
            lists.removeIf(file -> {
                Optional<KeptStamp> fault = fault(file);
                fault.ifPresent(stamps::add);
                return fault.isPresent();
            });
            TimestampVerifier knowing = verifier.knowing(StampLists.read(lists));
            for (Path file : files(STAMP)) {
                try {
                    stamps.add(judged(file, knowing, false));
                } catch (IOException e) {
                    stamps.add(unreadable(file, e));
                }
            }
        } catch (IOException e) {
            stamps.add(unreadable(folder, e));
        }
        return stamps;
    }

    private static Optional<KeptStamp> fault(Path lists) {
        try {
            StampLists.read(List.of(lists));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(unreadable(lists, e));
        }
    }

    private List<Path> files(String suffix) throws IOException {
        return Files.notExists(folder) ? List.of() : files(folder, suffix);
    }

    /** The stamps of a folder, by name. */
    static List<Path> stamps(Path folder) throws IOException {
        return files(folder, STAMP);
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    private static KeptStamp unreadable(Path file, IOException e) {
        String message = String.valueOf(e.getMessage());
        String why = switch (e) {
            case NoSuchFileException _ -> message + ": no such file";
            case AccessDeniedException _ -> message + ": permission denied";
            case NotDirectoryException _ -> message + " is no folder";
            default -> message;
        };
        String name = file.toAbsolutePath().getFileName().toString();
        return new KeptStamp(name, new byte[0], new Stamp.Unreadable(why), false);
    }

    /** Whether it is a stamp by its name. */
    public static boolean isStamp(Path file) {
        return file.toString().endsWith(STAMP);
    }

    /**
     * Reads a stamp that was kept elsewhere, with the checkpoint and, where they are, the lists beside it.
     *
     * @throws IOException when one of them cannot be read
     */
    public static KeptStamp read(Path stamp, TimestampVerifier verifier) throws IOException {
        Path lists = stamp.resolveSibling(name(stamp) + LISTS);
        return judged(stamp, isThere(lists) ? verifier.knowing(StampLists.read(List.of(lists))) : verifier, true);
    }

    private static KeptStamp judged(Path stamp, TimestampVerifier verifier, boolean isElsewhere) throws IOException {
        String name = stamp.toAbsolutePath().getFileName().toString();
        Path checkpoint = stamp.resolveSibling(name.substring(0, name.length() - STAMP.length()) + CHECKPOINT);
        byte[] octets = bounded(checkpoint);
        Stamp worth = switch (verifier.verify(octets, bounded(stamp))) {
            case TimestampVerdict.Stamped stamped ->
                good(stamped);
            case TimestampVerdict.Rejected rejected -> new Stamp.Bad("the authority has refused: " + rejected.why());
            case TimestampVerdict.Unbelieved unbelieved -> new Stamp.Bad(unbelieved.why());
        };
        return new KeptStamp(name, octets, worth, isElsewhere);
    }

    /** In the words of the log. */
    public static Stamp.Good good(TimestampVerdict.Stamped stamped) {
        return new Stamp.Good(
                stamped.time(),
                stamped.accuracy(),
                stamped.authority(),
                stamped.revocation().toString());
    }

    /** A file of a size that such files have. */
    static byte[] bounded(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            // a pipe would have no end
            throw new IOException(file + " is no file");
        }
        if (attributes.size() > MOST_OCTETS) {
            throw new IOException(file + " is longer than " + MOST_OCTETS + " octets");
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

    private static final String STAMP = ".tsr";
    private static final String QUERY = ".tsq";
    private static final String CHECKPOINT = ".json";
    private static final String LISTS = ".crl";
    static final long MOST_OCTETS = 1 << 20;
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-r-----");
}
