package org.postseal.gateway.admin.cli.support;

import picocli.CommandLine;

/** A command that only groups others, and so needs the name of one of them behind it. */
public abstract class CommandGroup implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
    }
}
