package org.postseal.gateway.admin.cli.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.OutputFile;

/**
 * Describes a file of the configuration.
 *
 * @param file its place
 * @param shipped the file as the package has it
 * @param text what shall stand there
 */
record SetupFile(Path file, String shipped, String text) {
    /** Says what stands in the place of the file. */
    enum State {
        ABSENT,
        SHIPPED,
        OURS,
        /** Somebody else has written it. */
        CHANGED
    }

    State state() {
        if (Files.notExists(file)) {
            return State.ABSENT;
        }
        byte[] present = FileWork.read(file + " cannot be read", () -> Files.readAllBytes(file));
        return Arrays.equals(present, octets(text))
                ? State.OURS
                : Arrays.equals(present, octets(shipped)) ? State.SHIPPED : State.CHANGED;
    }

    /** Returns true if the file can stay as it is. */
    boolean isDone() {
        State state = state();
        return state == State.OURS || state == State.CHANGED;
    }

    void write() {
        if (state() == State.SHIPPED) {
            make(file.resolveSibling(file.getFileName() + ".before-setup"), shipped);
        }
        make(file, text);
    }

    /** Writes a file that everybody may read. */
    static void make(Path file, String text) {
        try (OutputFile output = OutputFile.write(file, octets(text), EVERYBODY, true)) {
            // The service runs as another user, whatever the umask of this one
            output.permit(EVERYBODY).publish();
        }
    }

    /** Reads a text that the program brings with it. */
    static String brought(String name) {
        try (InputStream in = SetupFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the program: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String EVERYBODY = "rw-r--r--";

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
