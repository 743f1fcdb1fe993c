package org.postseal.gateway.cli;

import java.nio.file.Path;
import org.postseal.gateway.assembly.Checked;
import org.postseal.gateway.assembly.Setup;
import org.postseal.gateway.assembly.SetupReader;
import org.postseal.policy.yaml.Problem;

/** Reads a setup for a command and tells what is wrong with it. */
public final class SetupLoading {
    private SetupLoading() {}

    /**
     * Prints every problem on standard error.
     *
     * @throws CommandFailure with {@link ExitCode#CONFIG} when the setup cannot be used
     */
    static Setup read(SetupReader setups, Path config, Console console) {
        Checked<Setup> checked = setups.read(config);
        for (Problem problem : checked.problems()) {
            console.err().println(line(problem));
        }
        long errors = checked.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .count();
        return checked.value()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        errors + (errors == 1 ? " problem" : " problems") + " in the configuration, see above"));
    }

    /** {@code FILE:LINE: KEY: what is wrong}; a warning says so. */
    public static String line(Problem problem) {
        return problem.severity() == Problem.Severity.WARNING
                ? Problem.warning(problem.file(), problem.line(), problem.key(), "warning: " + problem.message())
                        .toString()
                : problem.toString();
    }
}
