package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * A folder, mode 0700, that a command makes. It is written under a temporary name beside its own and gets its own name
 * only after the command has done everything else.
 */
final class OutputFolder implements AutoCloseable {
    private final Path folder;
    private final Path temporary;

    private OutputFolder(Path folder, Path temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /**
     * Writes the files into the temporary folder.
     *
     * @param files content by name
     * @throws CommandFailure when the folder cannot be written, or exists and is not empty
     */
    static OutputFolder write(Path folder, Map<String, byte[]> files) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            requireEmpty(absolute);
            Path temporary = Files.createTempDirectory(
                    absolute.resolveSibling("").toAbsolutePath(),
                    "." + absolute.getFileName() + ".",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            OutputFolder output = new OutputFolder(absolute, temporary);
            output.fill(files);
            return output;
        } catch (IOException e) {
            throw unwritable(absolute, e);
        }
    }

    private void fill(Map<String, byte[]> files) throws IOException {
        boolean done = false;
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(temporary.resolve(file.getKey()), file.getValue());
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Moves the folder to its own name; an empty folder of that name is replaced. */
    void publish() {
        try {
            requireEmpty(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException filledMeanwhile) {
            throw taken(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Removes the temporary folder if it was not published. */
    @Override
    public void close() {
        if (Files.notExists(temporary)) {
            return;
        }
        try {
            try (Stream<Path> files = Files.list(temporary)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(temporary);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, temporary + " cannot be removed: " + e);
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            List<Path> first;
            try (Stream<Path> files = Files.list(folder)) {
                first = files.limit(1).toList();
            }
            if (first.isEmpty()) {
                return;
            }
        }
        if (Files.exists(folder)) {
            throw taken(folder);
        }
    }

    private static CommandFailure taken(Path folder) {
        return new CommandFailure(
                ExitCode.REFUSED, folder + " is there already", "--out DIR that is empty or is not there");
    }

    private static CommandFailure unwritable(Path folder, IOException e) {
        return new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be written: " + e);
    }
}
