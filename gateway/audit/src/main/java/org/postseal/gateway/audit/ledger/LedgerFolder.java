package org.postseal.gateway.audit.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of a ledger. What reads it may do so beside a gateway that writes there. */
public final class LedgerFolder {
    private LedgerFolder() {}

    /** Makes the folder with mode 0700 if there is none. */
    static void create(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** Locks the folder for this gateway until the channel is closed. */
    static FileChannel lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"),
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException sameProcess) {
            LOG.debug("the ledger is open in this process", sameProcess);
        }
        channel.close();
        throw new IOException(folder.toAbsolutePath() + " is in use by another gateway");
    }

    /** Marks the folder as one that is not to be believed. */
    static void doubt(Path folder) throws IOException {
        Path mark = folder.resolve(DOUBTED);
        if (Files.notExists(mark)) {
            Files.createFile(mark, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Segment.forceFolder(folder);
    }

    static boolean isDoubted(Path folder) {
        return Files.exists(folder.resolve(DOUBTED));
    }

    static void believe(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(DOUBTED));
    }

    /** Returns the numbers of the segments in their order. */
    static List<Integer> numbers(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{8}\\" + Segment.SUFFIX))
                    .map(name -> Integer.valueOf(name.substring(0, 8)))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads every frame. A frame and its copy are both read, with the same sequence. What a running gateway copies
     * meanwhile to a new segment is read there.
     *
     * @return what is damaged, for people
     * @throws IOException if the folder is none of a ledger, or cannot be read
     */
    public static List<String> read(Path folder, Consumer<Frame> reader) throws IOException {
        List<String> faults = new ArrayList<>();
        Set<Integer> read = new HashSet<>();
        for (Optional<Integer> next = next(folder, read); next.isPresent(); next = next(folder, read)) {
            int number = next.get();
            read.add(number);
            Path file = Segment.file(folder, number);
            try (Segment segment = Segment.open(folder, number)) {
                int damaged = segment.scan(reader);
                if (damaged > 0) {
                    faults.add(file + ": " + damaged + " octets are damaged or were torn");
                }
            } catch (FileNotFoundException e) {
                if (Files.exists(file)) {
                    throw e;
                }
                LOG.debug("{} was copied to a later segment", file, e);
            }
        }
        return faults;
    }

    /** Returns the first segment that is there now and was not read. */
    private static Optional<Integer> next(Path folder, Set<Integer> read) throws IOException {
        return numbers(folder).stream().filter(number -> !read.contains(number)).findFirst();
    }

    private static final String DOUBTED = "doubted";
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFolder.class);
}
