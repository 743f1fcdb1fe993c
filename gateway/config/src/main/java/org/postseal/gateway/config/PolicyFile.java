package org.postseal.gateway.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlReader;

/**
 * The content of a policy file at the moment it was read. The digest is taken from these octets, and the same octets
 * are compiled later, even if the file has changed since. Immutable.
 */
public final class PolicyFile {
    private final Path path;
    private final byte[] octets;
    private final String problem;

    private PolicyFile(Path path, byte[] octets, String problem) {
        this.path = path;
        this.octets = octets;
        this.problem = problem;
    }

    /**
     * Reads the file now, through symbolic links. A missing or unreadable file is not thrown, but becomes a problem
     * of {@link #compile}.
     */
    public static PolicyFile read(Path path) {
        // Reading a pipe would never come to an end, and a folder is a mistake
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            return new PolicyFile(path, NOTHING, "is not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(in.readNBytes(LONGEST + 1));
            return content.size() > LONGEST
                    ? new PolicyFile(path, NOTHING, "is larger than 64 MiB")
                    : new PolicyFile(path, content.toByteArray(), "");
        } catch (NoSuchFileException missing) {
            return new PolicyFile(path, NOTHING, MISSING);
        } catch (AccessDeniedException mayNot) {
            return new PolicyFile(path, NOTHING, "cannot be read: permission denied");
        } catch (IOException e) {
            return new PolicyFile(path, NOTHING, "cannot be read: " + e.getMessage());
        }
    }

    /**
     * Takes octets that did not come from a file.
     *
     * @param path names them in problems
     */
    public static PolicyFile of(Path path, byte[] octets) {
        return new PolicyFile(path, octets.clone(), "");
    }

    public Path path() {
        return path;
    }

    /** Returns true if there was no file. */
    public boolean isMissing() {
        return problem.equals(MISSING);
    }

    /**
     * Returns the SHA-256 of the octets in lower-case hex, which is also {@link RuleSet#sha256()} of the compiled
     * policy. Empty if the file could not be read.
     */
    public Optional<String> sha256() {
        return problem.isEmpty() ? Optional.of(Digest.SHA_256.hex(octets)) : Optional.empty();
    }

    /** Returns the octets, for the folder of kept policies; empty if they could not be read. */
    public Optional<PolicyText> text() {
        return problem.isEmpty() ? Optional.of(PolicyText.of(octets)) : Optional.empty();
    }

    /** Returns a text that is equal for equal content, and for the same reason why there is no content. */
    public String fingerprint() {
        return sha256().orElse(problem);
    }

    /** Compiles the octets that were read. */
    public Checked<RuleSet> compile() {
        String name = path.toString();
        if (!problem.isEmpty()) {
            return new Checked<>(Optional.empty(), List.of(Problem.error(name, 0, "", problem)));
        }
        Problems problems = new Problems(name);
        Optional<String> text = YamlReader.decode(octets, problems);
        if (text.isEmpty()) {
            return new Checked<>(Optional.empty(), problems.all());
        }
        return switch (RuleSet.read(name, text.get())) {
            case RuleSet.Loaded(RuleSet rules, List<Problem> warnings) -> new Checked<>(Optional.of(rules), warnings);
            case RuleSet.Broken(List<Problem> broken) -> new Checked<>(Optional.empty(), broken);
        };
    }

    // This only spares the heap: the reader of policies refuses smaller texts already
    private static final int LONGEST = 64 << 20;
    private static final byte[] NOTHING = {};
    private static final String MISSING = "no such file";
}
