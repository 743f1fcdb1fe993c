package org.postseal.gateway.admin.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.road.fleet.PolicyBundle;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Runs the cases that were proposed to a fleet with a policy, as they are in the bundle. */
public final class BundledCases {
    private BundledCases() {}

    /** Returns each case that fails, and what is wrong with a file of cases. */
    public static List<Problem> failures(PolicyBundle bundle, RuleSet policy) {
        Map<Path, byte[]> files = bundle.files().stream()
                .collect(Collectors.toMap(file -> Path.of(file.name()), PolicyBundle.File::octets));
        return files.keySet().stream()
                .filter(Suite::isCases)
                .sorted()
                .flatMap(cases -> failures(cases, files, policy))
                .toList();
    }

    private static Stream<Problem> failures(Path cases, Map<Path, byte[]> files, RuleSet policy) {
        String name = cases.toString();
        String text = new String(Objects.requireNonNull(files.get(cases)), UTF_8);
        return switch (CaseFile.read(name, text, message -> message(cases, message, files))) {
            case CaseFile.Reading.Broken(List<Problem> problems) -> problems.stream();
            case CaseFile.Reading.Loaded(CaseFile file) ->
                file.cases().stream()
                        .filter(each -> !each.run(policy).isPassed())
                        .map(each -> Problem.error(name, each.line(), "", "case fails: " + each.name()));
        };
    }

    private static MessageFiles.Reading message(Path cases, String name, Map<Path, byte[]> files) {
        try {
            byte[] octets = files.get(cases.resolveSibling(name).normalize());
            return octets == null
                    ? new MessageFiles.Reading.Unreadable(name + " was not proposed with the policy")
                    : MessagesBeside.read(new ByteArrayInputStream(octets));
        } catch (InvalidPathException e) {
            return new MessageFiles.Reading.Unreadable("is no name of a file");
        } catch (IOException e) {
            return new MessageFiles.Reading.Unreadable(name + " cannot be read: " + e.getMessage());
        }
    }
}
