package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.exchange.ExchangeGaps;
import org.postseal.policy.yaml.Problem;

/** Translates the policy in force into Microsoft's names, for commands that need it. */
final class PolicyInExchange {
    private PolicyInExchange() {}

    /**
     * Translates the policy, and names every setting that Microsoft's values cannot express; or ends the command.
     *
     * @param only the name of a mailbox policy; empty for everything
     * @param hint what to do if the policy cannot be translated
     */
    static ExchangeExport.Exported export(Shell shell, Optional<String> only, ExchangeGaps gaps, String hint) {
        Path file = shell.config().policyFile();
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
        return switch (ExchangeExport.of(file.toString(), yaml, only, gaps)) {
            case ExchangeExport.Exported exported -> {
                Problems.print(exported.warnings(), shell.console());
                yield exported;
            }
            case ExchangeExport.Refused(List<Problem> problems) -> {
                Problems.print(problems, shell.console());
                throw new CommandFailure(ExitCode.REFUSED, "the policy is not exported, see above", hint);
            }
        };
    }
}
