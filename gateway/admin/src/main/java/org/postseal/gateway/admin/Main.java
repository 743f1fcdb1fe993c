package org.postseal.gateway.admin;

import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.PlainRun;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** The program {@code postseal}. {@link GatewayAssembly} wires everything. */
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
