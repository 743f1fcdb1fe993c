package org.postseal.gateway;

import org.postseal.gateway.assembly.GatewayAssembly;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.Console;

/** The program: {@code postseal}. Everything is wired in {@link GatewayAssembly}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code (sysexits). */
    public static void main(String[] arguments) {
        System.exit(new CommandLineInterface(new GatewayAssembly(), Console.system()).execute(arguments));
    }
}
