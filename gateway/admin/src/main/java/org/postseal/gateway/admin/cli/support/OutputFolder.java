package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder, mode 0700, that a command makes.
 *
 * @param folder its path
 * @param mayReplaceEmpty whether an empty folder of this name may exist already
 * @param exitCode the exit code when the name is taken
 * @param hint what to do when the name is taken
 */
public record OutputFolder(Path folder, boolean mayReplaceEmpty, int exitCode, String hint) {
    /**
     * A file of the folder.
     *
     * @param name its name, or {@code FOLDER/NAME} for a file in a folder within
     * @param isSecret whether only the owner may read it
     */
    public record Content(String name, byte[] octets, boolean isSecret) {}

    /**
     * Refuses in advance what {@link #fill} would refuse in any case.
     *
     * @throws CommandFailure when the name is taken, or there is no folder to make this one in
     */
    public void demandPossible() {
        demandFree();
        Path _ = above();
    }

    private Path above() {
        Path above = whole().getParent();
        if (above == null || !Files.isDirectory(above) || !Files.isWritable(above)) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    folder + " cannot be written: " + above + " is no folder that can be written");
        }
        return above;
    }

    /**
     * Writes the files under a temporary name beside the folder's own.
     *
     * @throws CommandFailure when the name is taken or a file cannot be written; then nothing is left behind
     */
    public Filled fill(List<Content> files) {
        demandFree();
        try {
            Path temporary = Files.createTempDirectory(above(), "." + whole().getFileName() + ".", mode("rwx------"));
            Filled filled = new Filled(temporary);
            boolean isDone = false;
            try {
                for (Content file : files) {
                    Path named = temporary.resolve(file.name());
                    if (Files.notExists(named.getParent())) {
                        Path _ = Files.createDirectory(named.getParent(), mode("rwx------"));
                    }
                    Path path = Files.createFile(named, mode(file.isSecret() ? "rw-------" : "rw-r--r--"));
                    Files.write(path, file.octets());
                }
                isDone = true;
                return filled;
            } finally {
                if (!isDone) {
                    filled.close();
                }
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** The files under the temporary name. */
    public final class Filled implements AutoCloseable {
        private final Path temporary;

        private Filled(Path temporary) {
            this.temporary = temporary;
        }

        /** Moves the folder to its own name. A command calls this after it has done everything else. */
        public void publish() {
            demandFree();
            try {
                Files.move(temporary, whole(), StandardCopyOption.ATOMIC_MOVE);
            } catch (DirectoryNotEmptyException | FileAlreadyExistsException filledMeanwhile) {
                throw taken();
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        /** Removes the temporary folder if it was not published. */
        @Override
        public void close() {
            if (Files.notExists(temporary)) {
                return;
            }
            FileWork.change(temporary + " cannot be removed", () -> remove(temporary));
        }
    }

    /** Removes a folder with everything in it. */
    public static void remove(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void demandFree() {
        try {
            if (Files.exists(whole())
                    && !(mayReplaceEmpty
                            && Files.isDirectory(whole())
                            && files(whole()).isEmpty())) {
                throw taken();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Path whole() {
        return folder.toAbsolutePath().normalize();
    }

    private CommandFailure taken() {
        return new CommandFailure(exitCode, folder + " exists already", hint);
    }

    private CommandFailure unwritable(IOException e) {
        return new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be written: " + e);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
