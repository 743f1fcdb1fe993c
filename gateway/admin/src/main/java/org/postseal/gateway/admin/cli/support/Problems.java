package org.postseal.gateway.admin.cli.support;

import java.util.List;
import org.postseal.gateway.config.Checked;
import org.postseal.policy.yaml.Problem;

/** Tells what is wrong with the files that an administrator writes. */
public final class Problems {
    private Problems() {}

    /** Prints each problem on standard error; a warning says that it is one. */
    public static void print(List<Problem> problems, Console console) {
        problems.forEach(problem -> console.err().println(Checked.line(problem)));
    }

    /** Returns how many of them are errors: {@code 2 problems}. */
    public static String count(List<Problem> problems) {
        return Options.count(
                problems.stream()
                        .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                        .count(),
                "problem");
    }

    /**
     * Prints every problem of a configuration.
     *
     * @throws CommandFailure with {@link ExitCode#CONFIG} when it cannot be used
     */
    public static <T> T require(Checked<T> checked, Console console) {
        print(checked.problems(), console);
        return checked.value().orElseThrow(() -> inConfiguration(checked.problems()));
    }

    public static CommandFailure inConfiguration(List<Problem> problems) {
        return new CommandFailure(ExitCode.CONFIG, count(problems) + " in the configuration, see above");
    }
}
