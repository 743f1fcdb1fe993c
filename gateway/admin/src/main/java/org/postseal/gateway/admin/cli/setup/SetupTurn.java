package org.postseal.gateway.admin.cli.setup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;

/**
 * Gives one setup at a time the turn on this machine. Two that write at once could lose what Postfix's files were.
 */
final class SetupTurn {
    private SetupTurn() {}

    /** Does the work, unless another setup is at work: then the command ends. */
    static void hold(SetupPlaces places, Runnable work) {
        Path file = places.kept().resolve("lock");
        FileWork.change(file + " cannot be locked", () -> {
            Files.createDirectories(places.kept());
            try (FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                if (!isLocked(channel)) {
                    throw new CommandFailure(
                            ExitCode.TRY_AGAIN,
                            "another setup is at work",
                            "run the same command again when it is done");
                }
                work.run();
            }
        });
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }
}
