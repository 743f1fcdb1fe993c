package org.postseal.gateway;

import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.PlainRun;
import org.postseal.gateway.cli.support.Console;

/** The program: {@code postseal}. Everything is wired in {@link GatewayAssembly}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code (sysexits). */
    public static void main(String[] arguments) {
        GatewayAssembly assembly = new GatewayAssembly();
        Console console = Console.system();
        System.exit(PlainRun.of(arguments)
                .map(run -> run.execute(assembly, console))
                .orElseGet(() -> new CommandLineInterface(assembly, console).execute(arguments)));
    }
}
