package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/**
 * The content of {@code postseal.yaml} at the moment it was read. The configuration and the digest come from these
 * octets, even if the file has changed since. Immutable.
 */
public final class ConfigText {
    private final Path file;
    private final Optional<String> text;
    private final Optional<String> sha256;
    private final String problem;

    private ConfigText(Path file, Optional<String> text, Optional<String> sha256, String problem) {
        this.file = file;
        this.text = text;
        this.sha256 = sha256;
        this.problem = problem;
    }

    /** Reads the file now. A missing or unreadable file is not thrown, but is a problem of {@link #text(Problems)}. */
    public static ConfigText read(Path file) {
        byte[] octets;
        try {
            octets = Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            return new ConfigText(file, Optional.empty(), Optional.empty(), "no such file");
        } catch (IOException unreadable) {
            return new ConfigText(
                    file,
                    Optional.empty(),
                    Optional.empty(),
                    "cannot be read: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
        }
        Optional<String> sha256 = Optional.of(Digest.SHA_256.hex(octets));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return new ConfigText(file, Optional.of(text), sha256, "");
        } catch (CharacterCodingException notText) {
            return new ConfigText(file, Optional.empty(), sha256, "is not UTF-8 text");
        }
    }

    public Path file() {
        return file;
    }

    /** Returns the SHA-256 of the octets as 64 hexadecimal digits; empty if they could not be read. */
    public Optional<String> sha256() {
        return sha256;
    }

    /** Returns the text. If there is none, adds the cause to the problems. */
    Optional<String> text(Problems problems) {
        if (text.isEmpty()) {
            problems.error(0, "", problem);
        }
        return text;
    }
}
