package org.postseal.gateway.cli;

import java.util.concurrent.Callable;
import org.postseal.gateway.assembly.Setup;
import org.postseal.gateway.assembly.SetupReader;
import picocli.CommandLine.Command;

/** {@code postseal check}: what a start would say of configuration, policy and store. */
@Command(name = "check", description = "Check configuration, policy and certificates; print every problem.")
final class CheckCommand implements Callable<Integer> {
    private final CommandLineInterface.Root root;
    private final Console console;
    private final SetupReader setups;

    CheckCommand(CommandLineInterface.Root root, Console console, SetupReader setups) {
        this.root = root;
        this.console = console;
        this.setups = setups;
    }

    @Override
    public Integer call() {
        try (Setup setup = SetupLoading.read(setups.look(root.config()), console)) {
            console.out()
                    .println("ok: " + root.config() + ", policy "
                            + setup.config().policyFile() + " (SHA-256 "
                            + setup.rules().sha256() + "), store "
                            + setup.config().storeDirectory());
            return ExitCode.OK;
        }
    }
}
