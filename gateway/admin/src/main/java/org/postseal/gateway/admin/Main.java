package org.postseal.gateway.admin;

import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** The program {@code postseal}. {@link GatewayAssembly} wires everything. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code (sysexits). */
    public static void main(String[] arguments) {
        System.exit(new CommandLineInterface(new GatewayAssembly(), Console.system()).execute(arguments));
    }
}
