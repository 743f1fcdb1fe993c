package org.postseal.gateway.config;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;

/**
 * A value that was read from a file or folder, with everything that was wrong there.
 *
 * @param value empty if and only if one of the problems is an error
 * @param problems errors and warnings
 */
public record Checked<T>(Optional<T> value, List<Problem> problems) {
    public Checked {
        problems = List.copyOf(problems);
    }

    /** Returns {@code FILE:LINE: KEY: MESSAGE}, where a warning has {@code warning:} before its message. */
    public static String line(Problem problem) {
        return problem.severity() == Problem.Severity.WARNING
                ? Problem.warning(problem.file(), problem.line(), problem.key(), "warning: " + problem.message())
                        .toString()
                : problem.toString();
    }

    /** Counts the problems that are errors, not warnings. */
    public int errors() {
        return (int) problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .count();
    }
}
