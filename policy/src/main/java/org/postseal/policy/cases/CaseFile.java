package org.postseal.policy.cases;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;

/**
 * A file of cases, read whole or not at all. Immutable.
 *
 * @param name as given
 * @param cases in order; at least one, no two with one name
 */
public record CaseFile(String name, List<PolicyCase> cases) {
    public CaseFile {
        cases = List.copyOf(cases);
    }

    /** What reading it comes to. */
    public sealed interface Reading {
        /** All cases can be run. */
        record Loaded(CaseFile file) implements Reading {}

        /** None is run; every problem, by line. */
        record Broken(List<Problem> problems) implements Reading {}
    }

    /**
     * Reads the text of a file.
     *
     * @param fileName as the admin named it, for the problems
     * @param files where messages are that cases name
     */
    public static Reading read(String fileName, String yaml, MessageFiles files) {
        Problems problems = new Problems(fileName);
        List<PolicyCase> cases = CaseReader.read(yaml, files, problems);
        return problems.hasErrors()
                ? new Reading.Broken(problems.all())
                : new Reading.Loaded(new CaseFile(fileName, cases));
    }

    /** The case of this name. */
    public Optional<PolicyCase> named(String wanted) {
        return cases.stream().filter(each -> each.name().equals(wanted)).findFirst();
    }
}
