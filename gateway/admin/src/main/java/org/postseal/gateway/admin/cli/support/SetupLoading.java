package org.postseal.gateway.admin.cli.support;

import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.config.Checked;
import org.postseal.policy.yaml.Problem;

/** Tells what is wrong with the setup of a command. */
public final class SetupLoading {
    private SetupLoading() {}

    /**
     * Prints every problem on standard error.
     *
     * @throws CommandFailure with {@link ExitCode#CONFIG} when the setup cannot be used
     */
    public static Setup read(Checked<Setup> checked, Console console) {
        for (Problem problem : checked.problems()) {
            console.err().println(Checked.line(problem));
        }
        long errors = checked.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .count();
        return checked.value()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        errors + (errors == 1 ? " problem" : " problems") + " in the configuration, see above"));
    }
}
