package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import org.postseal.gateway.audit.chain.LoneCheckpoint;
import org.postseal.gateway.smime.timestamp.TimestampQuery;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/**
 * Reads and writes the folder with stamped checkpoints, which {@code openssl ts} can read:
 * <ul>
 *   <li>{@code NAME.json} is the checkpoint;
 *   <li>{@code NAME.tsr} is the answer of the authority (a TimeStampResp in DER);
 *   <li>{@code NAME.crl} has revocation lists about the authority's certificates (PEM), where they could be fetched;
 *   <li>{@code NAME.tsq} is the query, as long as there is no answer to it.
 * </ul>
 *
 * <p>The folder has mode 0750 and its files 0640; {@link RealFolder} writes them. A symbolic link in place of the
 * folder or a file is not followed: reading refuses it ({@link LinkException}), and writing replaces it.
 */
public final class StampFolder {
    private final Path folder;
    private final RealFolder real;

    /** @param folder is made when the first file is written */
    public StampFolder(Path folder) {
        this.folder = folder;
        this.real = new RealFolder(folder);
    }

    /** Returns the file of a checkpoint's stamp, whether or not it is there. */
    Path stamp(LoneCheckpoint checkpoint) {
        return folder.resolve(checkpoint.name() + STAMP);
    }

    /** Returns the file in which an answer that did not come over the network is kept. */
    Path stamp(Path answer) {
        return folder.resolve(name(answer) + STAMP);
    }

    static String name(Path answer) {
        return answer.toAbsolutePath().getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }

    /** Returns whether another checkpoint has that name, because the log was rolled back since, or begun anew. */
    boolean isTaken(LoneCheckpoint checkpoint) throws IOException {
        String name = checkpoint.name() + CHECKPOINT;
        return real.isThere(name) && !Arrays.equals(real.read(name, MOST_OCTETS), checkpoint.octets());
    }

    /**
     * Returns whether the checkpoint has an answer.
     *
     * @throws IOException if the folder may not be looked into
     */
    boolean isStamped(LoneCheckpoint checkpoint) throws IOException {
        return real.isThere(checkpoint.name() + STAMP);
    }

    /** Returns the answer that was kept for a checkpoint; the result is empty if there is none. */
    public Optional<byte[]> answer(LoneCheckpoint checkpoint) throws IOException {
        return isStamped(checkpoint) && !isTaken(checkpoint)
                ? Optional.of(real.read(checkpoint.name() + STAMP, MOST_OCTETS))
                : Optional.empty();
    }

    /** Writes the checkpoint and the query; returns the file of the query. */
    Path ask(LoneCheckpoint checkpoint, TimestampQuery query) throws IOException {
        write(checkpoint.name() + CHECKPOINT, checkpoint.octets());
        return write(checkpoint.name() + QUERY, query.encoded());
    }

    /**
     * Keeps an answer that is believed.
     *
     * @param lists the octets of the file with revocation lists about its signer
     */
    Path keep(LoneCheckpoint checkpoint, byte[] answer, Optional<byte[]> lists) throws IOException {
        // The checkpoint comes first, so that no stamp is there without what was stamped.
        write(checkpoint.name() + CHECKPOINT, checkpoint.octets());
        if (lists.isPresent()) {
            write(checkpoint.name() + LISTS, lists.get());
        }
        return keep(checkpoint.name(), answer);
    }

    /** Returns the revocation lists that were kept with the answer; the result is empty if there are none. */
    public Optional<byte[]> lists(LoneCheckpoint checkpoint) throws IOException {
        String name = checkpoint.name() + LISTS;
        return isStamped(checkpoint) && !isTaken(checkpoint) && real.isThere(name)
                ? Optional.of(real.read(name, StampLists.MOST_OCTETS))
                : Optional.empty();
    }

    /**
     * Takes an answer that did not come over the network.
     *
     * @param file the answer, which has the name of its query but for the suffix
     * @throws IOException if it cannot be read, or there is no checkpoint of that name
     */
    TimestampVerdict take(Path file, TimestampVerifier verifier) throws IOException {
        byte[] answer = bounded(file);
        String name = name(file);
        if (!real.isThere(name + CHECKPOINT)) {
            throw new IOException(folder.resolve(name + CHECKPOINT)
                    + ": no such file; a reply has the name of its query but for the suffix");
        }
        Path kept = folder.resolve(name + STAMP);
        // A stamp that was kept before stays, since a later one proves less.
        if (real.isThere(name + STAMP) && !Files.isSameFile(kept, file)) {
            throw new IOException(kept + " is there already");
        }
        byte[] octets = real.read(name + CHECKPOINT, MOST_OCTETS);
        TimestampVerdict verdict = real.isThere(name + QUERY)
                ? verifier.verify(octets, answer, TimestampQuery.read(real.read(name + QUERY, MOST_OCTETS)))
                : verifier.verify(octets, answer);
        if (verdict instanceof TimestampVerdict.Stamped) {
            Path _ = keep(name, answer);
        }
        return verdict;
    }

    private Path keep(String name, byte[] answer) throws IOException {
        Path kept = write(name + STAMP, answer);
        real.delete(name + QUERY);
        return kept;
    }

    /** Returns whether a file is a stamp by its name. */
    public static boolean isStamp(Path file) {
        return file.toString().endsWith(STAMP);
    }

    /** Reads a file, unless it is longer than files of this kind can be. */
    static byte[] bounded(Path file) throws IOException {
        return bounded(file, MOST_OCTETS);
    }

    /** Reads a file that has at most {@code most} octets. */
    static byte[] bounded(Path file, long most) throws IOException {
        requireBounded(file, Files.readAttributes(file, BasicFileAttributes.class), most);
        return Files.readAllBytes(file);
    }

    static void requireBounded(Path file, BasicFileAttributes attributes, long most) throws IOException {
        if (!attributes.isRegularFile()) {
            // A pipe would have no end.
            throw new IOException(file + " is no file");
        }
        if (attributes.size() > most) {
            throw tooLong(file, most);
        }
    }

    static IOException tooLong(Path file, long most) {
        return new IOException(file + " is longer than " + most + " octets");
    }

    private Path write(String name, byte[] octets) throws IOException {
        real.write(name, octets);
        return folder.resolve(name);
    }

    static final String STAMP = ".tsr";
    static final String CHECKPOINT = ".json";
    static final String LISTS = ".crl";
    static final long MOST_OCTETS = 1 << 20;
    private static final String QUERY = ".tsq";
}
