package org.postseal.gateway.cli.rollout;

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
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.rollout.RolloutFile;

/** A folder that a command makes: filled under another name, and there only once everything is in it. */
final class RolloutFolder {
    private RolloutFolder() {}

    /** @throws CommandFailure when it is there already, or cannot be written; then nothing is left */
    static void write(Path folder, List<RolloutFile> files) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            throw exists(folder);
        }
        Path temporary = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectory(temporary, mode("rwx------"));
            try {
                for (RolloutFile file : files) {
                    Path path = Files.createFile(
                            temporary.resolve(file.name()), mode(file.isSecret() ? "rw-------" : "rw-r--r--"));
                    Files.write(path, file.octets());
                }
                Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(folder);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be written: " + e);
        }
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
