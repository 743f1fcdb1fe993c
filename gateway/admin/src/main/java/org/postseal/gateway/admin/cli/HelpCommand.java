package org.postseal.gateway.admin.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code postseal help} explains any command, however deep: {@code help cert import}. */
@Command(name = "help", helpCommand = true, description = "Show how a command is used.")
final class HelpCommand implements Runnable {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "the command; default: all of them")
    private List<String> names = new ArrayList<>();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        CommandLine command = spec.commandLine().getParent();
        for (String name : names) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                throw new CommandLine.ParameterException(
                        command,
                        "there is no command '" + name + "' of "
                                + command.getCommandSpec().qualifiedName());
            }
            command = next;
        }
        command.usage(spec.commandLine().getOut());
    }
}
