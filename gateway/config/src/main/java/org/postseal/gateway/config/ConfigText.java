package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * The content of {@code postseal.yaml} at the moment it was read. The configuration and the digest come from these
 * octets, even if the file has changed since. Immutable.
 */
public final class ConfigText {
    private final Path file;
    private final byte[] octets;
    private final String problem;

    private ConfigText(Path file, byte[] octets, String problem) {
        this.file = file;
        this.octets = octets;
        this.problem = problem;
    }

    /** Reads the file now. A missing or unreadable file is not thrown, but is a problem of {@link #text(Problems)}. */
    public static ConfigText read(Path file) {
        try {
            return new ConfigText(file, Files.readAllBytes(file), "");
        } catch (NoSuchFileException missing) {
            return new ConfigText(file, NOTHING, "no such file");
        } catch (IOException unreadable) {
            return new ConfigText(
                    file, NOTHING, "cannot be read: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
        }
    }

    public Path file() {
        return file;
    }

    /** Returns the SHA-256 of the octets as 64 hexadecimal digits; empty if they could not be read. */
    public Optional<String> sha256() {
        return problem.isEmpty() ? Optional.of(Digest.SHA_256.hex(octets)) : Optional.empty();
    }

    /** Returns the text. If there is none, adds the cause to the problems. */
    Optional<String> text(Problems problems) {
        if (problem.isEmpty()) {
            return YamlReader.decode(octets, problems);
        }
        problems.error(0, "", problem);
        return Optional.empty();
    }

    private static final byte[] NOTHING = {};
}
