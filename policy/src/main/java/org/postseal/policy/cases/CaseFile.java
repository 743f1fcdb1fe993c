package org.postseal.policy.cases;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;

/**
 * A file of cases, which is read whole or not at all. Immutable.
 *
 * @param name as given
 * @param cases in order; at least one, and each with a name of its own
 */
public record CaseFile(String name, List<PolicyCase> cases) {
    public CaseFile {
        cases = List.copyOf(cases);
    }

    public sealed interface Reading {
        record Loaded(CaseFile file) implements Reading {}

        /** The file has an error, so that no case can run; the list has every problem by line. */
        record Broken(List<Problem> problems) implements Reading {}
    }

    /**
     * Reads the text of a file.
     *
     * @param fileName the name as the admin gave it, for the problems
     * @param files reads the message files that cases name
     */
    public static Reading read(String fileName, String yaml, MessageFiles files) {
        Problems problems = new Problems(fileName);
        List<PolicyCase> cases = CaseReader.read(yaml, files, problems);
        return problems.hasErrors()
                ? new Reading.Broken(problems.all())
                : new Reading.Loaded(new CaseFile(fileName, cases));
    }

    public Optional<PolicyCase> named(String wanted) {
        return cases.stream().filter(each -> each.name().equals(wanted)).findFirst();
    }
}
