package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.postseal.certstore.Ownership;

/**
 * A file that a command makes. It is written under a temporary name and gets its own name only after the command has
 * done everything else.
 */
public final class OutputFile implements AutoCloseable {
    private final Path file;
    private final Path temporary;
    private final boolean mayReplace;

    private OutputFile(Path file, Path temporary, boolean mayReplace) {
        this.file = file;
        this.temporary = temporary;
        this.mayReplace = mayReplace;
    }

    /**
     * Refuses in advance what {@link #write} would refuse in any case.
     *
     * @throws CommandFailure when the file exists and may not be replaced, or has no folder to be in
     */
    public static void demandPossible(Path file, boolean mayReplace) {
        demandFree(file, mayReplace);
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    file + " cannot be written: " + folder + " is no folder that can be written");
        }
    }

    private static void demandFree(Path file, boolean mayReplace) {
        if (Files.isDirectory(file) || (!mayReplace && Files.exists(file))) {
            throw exists(file);
        }
    }

    /**
     * Writes the octets under a temporary name.
     *
     * @param permissions the mode, such as {@code rw-------}
     * @param mayReplace whether a file of this name may exist already
     * @throws CommandFailure when the file cannot be written, or exists and may not be replaced
     */
    public static OutputFile write(Path file, byte[] octets, String permissions, boolean mayReplace) {
        demandFree(file, mayReplace);
        Path absolute = file.toAbsolutePath();
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
        OutputFile output = new OutputFile(absolute, temporary, mayReplace);
        try {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(octets);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            return output;
        } catch (IOException e) {
            output.close();
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be written: " + e);
        }
    }

    /** Writes the file under its own name, or leaves nothing; the parameters are those of {@link #write}. */
    public static void make(Path file, byte[] octets, String permissions, boolean mayReplace) {
        try (OutputFile output = write(file, octets, permissions, mayReplace)) {
            output.publish();
        }
    }

    /** Gives the file exactly these permissions, also those that the umask has removed. */
    public OutputFile permit(String permissions) {
        FileWork.change(
                file + " cannot be written",
                () -> Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions)));
        return this;
    }

    /** Gives a file that root makes to the owner and the group of another one. */
    public OutputFile ownedAs(Path other) {
        FileWork.change(file + " cannot be given away", () -> Ownership.giveAsOf(other, temporary));
        return this;
    }

    /** Gives the file the owner, the group and the permissions of the one that it replaces. */
    public OutputFile asReplaced() {
        FileWork.change(file + " cannot be written with the owner that it has", () -> {
            PosixFileAttributes replaced = Files.readAttributes(file, PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            PosixFileAttributes made = view.readAttributes();
            if (!made.group().equals(replaced.group())) {
                view.setGroup(replaced.group());
            }
            if (!made.owner().equals(replaced.owner())) {
                view.setOwner(replaced.owner());
            }
            permit(PosixFilePermissions.toString(replaced.permissions()));
        });
        return this;
    }

    /** Moves the file to its own name. */
    public void publish() {
        try {
            if (mayReplace) {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                // Unlike a rename, a link never replaces a file that somebody made meanwhile
                Files.createLink(file, temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be written: " + e);
        }
    }

    /** Removes the temporary file. */
    @Override
    public void close() {
        FileWork.change(temporary + " cannot be removed", () -> Files.deleteIfExists(temporary));
    }

    private static CommandFailure exists(Path file) {
        return new CommandFailure(
                ExitCode.USAGE,
                file + (Files.isDirectory(file) ? " is a folder" : " exists already"),
                Files.isDirectory(file) ? "name a file in it" : "give another name, or --force to replace it");
    }
}
