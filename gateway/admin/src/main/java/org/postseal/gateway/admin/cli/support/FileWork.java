package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads and changes files for a command, which ends with {@link ExitCode#INPUT_OUTPUT} if that fails. */
public final class FileWork {
    private FileWork() {}

    /** Reads files, and fails if one of them cannot be read. */
    public interface Reading<T> {
        T read() throws IOException;
    }

    /** Changes files, and fails if one of them cannot be changed. */
    public interface Change {
        void make() throws IOException;
    }

    /** @param failure what is told before the cause, such as {@code x cannot be read} */
    public static <T> T read(String failure, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, failure + ": " + e);
        }
    }

    /** @param failure what is told before the cause, such as {@code x cannot be written} */
    public static void change(String failure, Change change) {
        boolean _ = read(failure, () -> {
            change.make();
            return true;
        });
    }
}
