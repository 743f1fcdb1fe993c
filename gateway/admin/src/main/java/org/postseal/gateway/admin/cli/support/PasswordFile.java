package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads a password from the first line of a file. Passwords are never taken from the command line, which everybody on
 * the machine can see.
 */
public final class PasswordFile {
    private PasswordFile() {}

    /** @throws CommandFailure when the file holds no password or cannot be read */
    public static char[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(MAX_OCTETS + 1);
            if (octets.length > MAX_OCTETS) {
                throw new CommandFailure(ExitCode.REFUSED, "password file " + file + " has more than 1024 octets");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            int end = text.indexOf('\n');
            String line = end < 0 ? text : text.substring(0, end);
            return (line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).toCharArray();
        } catch (CharacterCodingException e) {
            throw new CommandFailure(ExitCode.REFUSED, "password file " + file + " is not UTF-8");
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "password file " + file + " is missing");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "password file " + file + " cannot be read");
        }
    }

    private static final int MAX_OCTETS = 1024;
}
