package org.postseal.gateway.admin.cli.support;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command that only groups others, and so needs the name of one of them behind it. */
@Command(synopsisSubcommandLabel = "COMMAND")
public class CommandGroup implements Runnable {
    /** Returns a group without its commands. */
    public static CommandLine of(String name, String description) {
        CommandLine group = new CommandLine(new CommandGroup()).setCommandName(name);
        group.getCommandSpec().usageMessage().description(description);
        return group;
    }

    @Override
    public void run() {
        throw new WrongUse("no command given");
    }
}
