package org.postseal.gateway.audit.chain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reads the lines of a file of the log, one after the other. */
public final class SegmentReader implements AutoCloseable {
    private final InputStream in;
    private final byte[] buffer = new byte[BLOCK];
    private int position;
    private int limit;
    private boolean isUnfinished;

    private SegmentReader(InputStream in) {
        this.in = in;
    }

    /** Opens a file, compressed or not, or the compressed file that has replaced it since it was listed. */
    static SegmentReader open(Path file) throws IOException {
        try {
            return opened(file);
        } catch (NoSuchFileException e) {
            Path compressed = file.resolveSibling(file.getFileName() + GZIP);
            if (Files.exists(compressed)) {
                return opened(compressed);
            }
            throw e;
        }
    }

    private static SegmentReader opened(Path file) throws IOException {
        RegularFile.require(file);
        InputStream in = Files.newInputStream(file);
        try {
            return new SegmentReader(file.toString().endsWith(GZIP) ? new GZIPInputStream(in, BLOCK) : in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** Returns the next line without its line end; empty at the end. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(2048);
        while (true) {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, position, i - position);
                    position = i + 1;
                    return Optional.of(line.toByteArray());
                }
            }
            line.write(buffer, position, limit - position);
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                isUnfinished = line.size() > 0;
                return isUnfinished ? Optional.of(line.toByteArray()) : Optional.empty();
            }
        }
    }

    /** Returns true if the last line had no end. */
    boolean isUnfinished() {
        return isUnfinished;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    public static final String GZIP = ".gz";
    private static final int BLOCK = 64 << 10;
}
