package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.rollout.RolloutFile;

/**
 * A folder that a command makes. It is filled under a temporary name and gets its own name only after everything is in
 * it and the command has done everything else.
 */
final class RolloutFolder implements AutoCloseable {
    private final Path folder;
    private final Path temporary;

    private RolloutFolder(Path folder, Path temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /** @throws CommandFailure when the folder exists or cannot be written; nothing is left behind */
    static void write(Path folder, List<RolloutFile> files) {
        try (RolloutFolder made = aside(folder, files)) {
            made.publish();
        }
    }

    /** Refuses in advance a folder that exists or that has no parent folder. */
    static void demandNew(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            throw exists(folder);
        }
        Path above = absolute.getParent();
        if (above == null || !Files.isDirectory(above) || !Files.isWritable(above)) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    folder + " cannot be written: " + above + " is no folder that can be written");
        }
    }

    // Fills the folder under a temporary name
    private static RolloutFolder aside(Path folder, List<RolloutFile> files) {
        demandNew(folder);
        Path absolute = folder.toAbsolutePath().normalize();
        Path temporary = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectory(temporary, mode("rwx------"));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        RolloutFolder made = new RolloutFolder(folder, temporary);
        boolean isDone = false;
        try {
            for (RolloutFile file : files) {
                Path path = Files.createFile(
                        temporary.resolve(file.name()), mode(file.isSecret() ? "rw-------" : "rw-r--r--"));
                Files.write(path, file.octets());
            }
            isDone = true;
            return made;
        } catch (IOException e) {
            throw unwritable(folder, e);
        } finally {
            if (!isDone) {
                made.close();
            }
        }
    }

    private void publish() {
        demandNew(folder);
        try {
            Files.move(temporary, folder.toAbsolutePath().normalize(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw exists(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /** Removes a folder that was not published. */
    @Override
    public void close() {
        try {
            remove(temporary);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, temporary + " cannot be removed: " + e);
        }
    }

    private static CommandFailure unwritable(Path folder, IOException e) {
        return new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be written: " + e);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static CommandFailure exists(Path folder) {
        return new CommandFailure(
                ExitCode.USAGE, folder + " exists already", "name another, or remove it: it may hold secrets in use");
    }
}
