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
    public static Setup read(SetupReader setups, Path config, Console console) {
        Checked<Setup> checked = setups.read(config);
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
