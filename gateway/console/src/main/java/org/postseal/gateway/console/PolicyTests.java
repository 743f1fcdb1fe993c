package org.postseal.gateway.console;

import java.nio.file.Path;
import java.util.List;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Runs the cases beside a policy, with the code of {@code postseal policy test}. Thread-safe. */
@FunctionalInterface
public interface PolicyTests {
    PolicyTests NONE = (_, _) -> List.of();

    /**
     * Runs all files of cases that belong to this policy. The results may be remembered, since a decision depends only
     * on the case and the policy.
     *
     * @param file the file of the policy
     * @param policy the rules in that file
     * @return one entry for each file, run or found broken; none if there are no cases
     */
    List<OfFile> run(Path file, RuleSet policy);

    /**
     * Holds the result of a file of cases.
     *
     * @param problems why none of its cases was run; empty if they were
     */
    record OfFile(String name, List<PolicyCase.Result> results, List<Problem> problems) {
        public OfFile {
            results = List.copyOf(results);
            problems = List.copyOf(problems);
        }
    }
}
