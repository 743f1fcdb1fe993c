package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * Reads the text of a file or of standard input, up to a limit. Besides UTF-8 it takes UTF-16 as Windows programs write
 * it, known by its byte order mark or its zeros.
 */
final class InputText {
    private InputText() {}

    /** Returns the name of a file for problems. */
    static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "(standard input)" : file;
    }

    /**
     * Returns the text without a byte order mark.
     *
     * @param file the file name, or {@code -} for standard input
     * @throws CommandFailure when the input cannot be read, is too large or is not text
     */
    static String read(String file, InputStream standardInput) {
        byte[] octets;
        try {
            if (file.equals(STANDARD_INPUT)) {
                octets = standardInput.readNBytes(MOST + 1);
            } else {
                try (InputStream in = Files.newInputStream(Path.of(file))) {
                    octets = in.readNBytes(MOST + 1);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    name(file) + (Files.exists(Path.of(file)) ? " cannot be read" : ": no such file"));
        }
        if (octets.length > MOST) {
            throw new CommandFailure(ExitCode.REFUSED, name(file) + " is larger than " + MOST + " octets");
        }
        return decode(octets, name(file));
    }

    private static String decode(byte[] octets, String name) {
        Charset charset = charset(octets);
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException notText) {
            throw new CommandFailure(ExitCode.REFUSED, name + " is not " + charset + " text");
        }
    }

    // PowerShell 5 writes UTF-16 with a byte order mark when it redirects by >, and other tools write it without. The
    // output of Exchange begins in ASCII, so its zeros show the byte order
    private static Charset charset(byte[] octets) {
        if (octets.length < 2) {
            return StandardCharsets.UTF_8;
        }
        int first = ((octets[0] & 0xFF) << 8) | (octets[1] & 0xFF);
        boolean isLittle = first == 0xFFFE || (octets[0] != 0 && octets[1] == 0);
        boolean isBig = first == 0xFEFF || (octets[0] == 0 && octets[1] != 0);
        return isLittle ? StandardCharsets.UTF_16LE : isBig ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    private static final String STANDARD_INPUT = "-";
    private static final int MOST = 17 << 20;
}
