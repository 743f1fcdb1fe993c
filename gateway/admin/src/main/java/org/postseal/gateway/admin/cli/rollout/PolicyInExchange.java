package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.LoadedConfig;
import org.postseal.gateway.config.Checked;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.yaml.Problem;

/** Translates the policy in force into Microsoft's names, for commands that need it. */
final class PolicyInExchange {
    private final Supplier<Path> config;
    private final Console console;

    PolicyInExchange(Supplier<Path> config, Console console) {
        this.config = config;
        this.console = console;
    }

    /**
     * Translates the policy, or names every setting that Microsoft's values cannot express and ends the command.
     *
     * @param only the name of a mailbox policy; empty for everything
     * @param hint what to do if the policy cannot be translated
     */
    ExchangeExport.Exported export(Optional<String> only, String hint) {
        Path file = LoadedConfig.read(config.get(), console).policyFile();
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
        return switch (ExchangeExport.of(file.toString(), yaml, only)) {
            case ExchangeExport.Exported exported -> {
                exported.warnings().forEach(this::tell);
                yield exported;
            }
            case ExchangeExport.Refused refused -> {
                refused.problems().forEach(this::tell);
                throw new CommandFailure(ExitCode.REFUSED, "Microsoft's values cannot say the policy, see above", hint);
            }
        };
    }

    private void tell(Problem problem) {
        console.err().println(Checked.line(problem));
    }
}
