package org.postseal.gateway.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

/** The content a policy file had when it was read: what is compiled later is what was looked at, whatever has become of the file. Immutable. */
public final class PolicyFile {
    private final Path path;
    private final byte[] octets;
    private final String problem;

    private PolicyFile(Path path, byte[] octets, String problem) {
        this.path = path;
        this.octets = octets;
        this.problem = problem;
    }

    /** Reads the file now, through symbolic links; never throws for what is there or not. */
    public static PolicyFile read(Path path) {
        // A pipe would never come to an end, and nobody means a folder
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

    /** Where it was read. */
    public Path path() {
        return path;
    }

    /** Nothing was there. */
    public boolean isMissing() {
        return problem.equals(MISSING);
    }

    /** SHA-256 of the octets, lower-case hex; the same as {@link RuleSet#sha256()} of the policy in it. Empty when it could not be read. */
    public Optional<String> sha256() {
        return problem.isEmpty() ? Optional.of(Digest.SHA_256.hex(octets)) : Optional.empty();
    }

    /** The octets, for who keeps them; empty when they could not be read. */
    public Optional<PolicyText> text() {
        return problem.isEmpty() ? Optional.of(PolicyText.of(octets)) : Optional.empty();
    }

    /** Equal for equal content and for the same reason why there is none. */
    public String fingerprint() {
        return sha256().orElse(problem);
    }

    /** The policy in it. */
    public Checked<RuleSet> compile() {
        String name = path.toString();
        if (!problem.isEmpty()) {
            return broken(Problem.error(name, 0, "", problem));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException notText) {
            return broken(Problem.error(name, 0, "", "is not UTF-8 text"));
        }
        return switch (RuleSet.read(name, text)) {
            case RuleSet.Loaded(RuleSet rules, List<Problem> warnings) -> new Checked<>(Optional.of(rules), warnings);
            case RuleSet.Broken(List<Problem> problems) -> new Checked<>(Optional.empty(), problems);
        };
    }

    private static Checked<RuleSet> broken(Problem problem) {
        return new Checked<>(Optional.empty(), List.of(problem));
    }

    // For the sake of the heap alone: the reader of policies takes less
    private static final int LONGEST = 64 << 20;
    private static final byte[] NOTHING = {};
    private static final String MISSING = "no such file";
}
