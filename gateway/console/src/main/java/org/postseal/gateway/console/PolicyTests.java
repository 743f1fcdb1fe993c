package org.postseal.gateway.console;

import java.nio.file.Path;
import java.util.List;
import org.postseal.policy.RuleSet;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.yaml.Problem;

/** Runs the cases that stand beside a policy: the code of {@code postseal policy test}. Thread-safe. */
@FunctionalInterface
public interface PolicyTests {
    /** There are none. */
    PolicyTests NONE = (_, _) -> List.of();

    /**
     * All files of cases that are for this policy, each run or found broken; none when there are no cases. What came of the same cases under the same policy may be remembered: a
     * decision is a matter of these alone.
     *
     * @param file of the policy
     * @param policy what is in it
     */
    List<OfFile> run(Path file, RuleSet policy);

    /**
     * What came of a file of cases.
     *
     * @param problems why none of its cases was run; empty when they were
     */
    record OfFile(String name, List<PolicyCase.Result> results, List<Problem> problems) {
        public OfFile {
            results = List.copyOf(results);
            problems = List.copyOf(problems);
        }
    }
}
