package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.certstore.Digest;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.console.PolicyTests;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/**
 * Runs the cases that stand beside a policy as {@code postseal policy test} does, for the console. It runs them again
 * only when the policy, a file of cases, or a message that a case names has changed. Thread-safe.
 */
public final class CasesBeside implements PolicyTests {
    private volatile Optional<Ran> last = Optional.empty();

    /**
     * The results of a run.
     *
     * @param policySha256 SHA-256 of the policy
     * @param cases the case files that existed
     * @param read each file that was read for the run, with the SHA-256 of its content
     */
    private record Ran(
            Path policy, String policySha256, List<Path> cases, Map<Path, String> read, List<OfFile> results) {
        boolean isOf(Path otherPolicy, String otherSha256, List<Path> otherCases) {
            return policy.equals(otherPolicy)
                    && policySha256.equals(otherSha256)
                    && cases.equals(otherCases)
                    && read.entrySet().stream()
                            .allMatch(file -> sha256(file.getKey()).equals(file.getValue()));
        }
    }

    @Override
    public List<OfFile> run(Path file, RuleSet policy) {
        List<Path> cases;
        try {
            cases = Suite.casesFor(file);
        } catch (CommandFailure unreadable) {
            return List.of(new OfFile(
                    file.toString(),
                    List.of(),
                    List.of(Problem.error(file.toString(), 0, "", String.valueOf(unreadable.getMessage())))));
        }
        Optional<Ran> known = last.filter(ran -> ran.isOf(file, policy.sha256(), cases));
        if (known.isPresent()) {
            return known.get().results();
        }
        Map<Path, String> read = new HashMap<>();
        List<OfFile> results = cases.stream()
                .map(each -> ofFile(each, policy, asked -> read.computeIfAbsent(asked, CasesBeside::sha256)))
                .toList();
        last = Optional.of(new Ran(file, policy.sha256(), cases, Map.copyOf(read), results));
        return results;
    }

    private static OfFile ofFile(Path cases, RuleSet policy, Consumer<Path> asked) {
        return switch (PolicyFiles.cases(cases, asked)) {
            case CaseFile.Reading.Broken(List<Problem> problems) -> new OfFile(cases.toString(), List.of(), problems);
            case CaseFile.Reading.Loaded(CaseFile file) ->
                new OfFile(
                        cases.toString(),
                        file.cases().stream().map(each -> each.run(policy)).toList(),
                        List.of());
        };
    }

    /** Returns the SHA-256 of a file's content, or says why the file cannot be read. */
    private static String sha256(Path file) {
        if (!Files.isRegularFile(file)) {
            return "no file, or none that ends";
        }
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = Digest.SHA_256.start();
            long _ = new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException unreadable) {
            return String.valueOf(unreadable);
        }
    }
}
