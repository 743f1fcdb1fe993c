package org.postseal.gateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.RegularFile;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Finds the files of a log. The gateway writes, renames, compresses and removes them in the meantime. Immutable,
 * thread-safe.
 *
 * @param current the file in use
 */
record LogFiles(Path current) {
    /** Returns the files, newest first; there are none if there is no log yet. */
    List<Path> newestFirst() throws IOException {
        try {
            return ChainVerifier.files(current).reversed();
        } catch (IOException none) {
            if (Files.exists(current)) {
                throw none;
            }
            return List.of();
        }
    }

    Optional<Path> holding(long number) throws IOException {
        List<Path> files = newestFirst();
        boolean isInUse = files.stream()
                .filter(file -> firstNumber(file).isEmpty())
                .flatMap(file -> number(file).stream())
                .anyMatch(first -> number >= first);
        return isInUse
                ? Optional.of(current)
                : files.stream()
                        .filter(file -> firstNumber(file)
                                .filter(first -> first <= number)
                                .isPresent())
                        .findFirst();
    }

    /** Opens a file and gives its octets uncompressed, even if it was compressed since it was listed. */
    static InputStream open(Path file) throws IOException {
        try {
            return opened(file);
        } catch (NoSuchFileException e) {
            return opened(compressed(file));
        }
    }

    /**
     * Returns the number of the first record of a full file, from its name; the result is empty for the file in use.
     */
    static Optional<Long> firstNumber(Path file) {
        Matcher name = FULL.matcher(String.valueOf(file.getFileName()));
        return name.find() ? Optional.of(Long.valueOf(name.group(1))) : Optional.empty();
    }

    /**
     * Returns the time of the first record in a file. All records in the file before it are at least as old. The result
     * is empty if the time cannot be read.
     */
    static Optional<Instant> begun(Path file) {
        return head(file).flatMap(Times::read);
    }

    /** Returns the name that a file has once it is compressed. */
    static Path compressed(Path file) {
        return file.resolveSibling(file.getFileName() + GZIP);
    }

    // Returns the number of the first record in the file.
    private static Optional<Long> number(Path file) {
        return head(file).flatMap(AuditLine::number);
    }

    private static Optional<AuditLine> head(Path file) {
        try (InputStream in = open(file)) {
            return new LineReader(in)
                    .next()
                    .flatMap(octets -> AuditLine.read(new String(octets, java.nio.charset.StandardCharsets.UTF_8)));
        } catch (IOException beingReplaced) {
            return Optional.empty();
        }
    }

    private static InputStream opened(Path file) throws IOException {
        RegularFile.require(file);
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(GZIP) ? new GZIPInputStream(in, 64 << 10) : in;
    }

    private static final String GZIP = ".gz";
    private static final Pattern FULL = Pattern.compile("-([0-9]{12,18})(?:\\.[^.]*)?(?:\\.gz)?$");
}
