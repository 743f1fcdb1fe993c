package org.postseal.gateway.config;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;

/**
 * Something read from a file or folder, with everything that was wrong with it.
 *
 * @param value empty exactly when a problem is an error
 * @param problems errors and warnings
 */
public record Checked<T>(Optional<T> value, List<Problem> problems) {
    public Checked {
        problems = List.copyOf(problems);
    }

    /** {@code FILE:LINE: KEY: what is wrong}; a warning says so. */
    public static String line(Problem problem) {
        return problem.severity() == Problem.Severity.WARNING
                ? Problem.warning(problem.file(), problem.line(), problem.key(), "warning: " + problem.message())
                        .toString()
                : problem.toString();
    }

    /** How many of the problems are errors. */
    public int errors() {
        return (int) problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .count();
    }
}
