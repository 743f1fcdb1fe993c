package org.postseal.gateway.cli.policy;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.console.PolicyTests;
import org.postseal.policy.RuleSet;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.yaml.Problem;

/** The cases that stand beside a policy, run as {@code postseal policy test} runs them, for the console. */
public final class CasesBeside implements PolicyTests {
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
        return cases.stream().map(each -> ofFile(each, policy)).toList();
    }

    private static OfFile ofFile(Path cases, RuleSet policy) {
        return switch (PolicyFiles.cases(cases)) {
            case CaseFile.Reading.Broken(List<Problem> problems) -> new OfFile(cases.toString(), List.of(), problems);
            case CaseFile.Reading.Loaded(CaseFile file) ->
                new OfFile(
                        cases.toString(),
                        file.cases().stream().map(each -> each.run(policy)).toList(),
                        List.of());
        };
    }
}
