package org.postseal.gateway.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.postseal.gateway.assembly.GatewayAssembly;

/** What the launcher runs once after a build, so that the JVM can write down which classes the commands load (AOT cache). */
final class Training {
    private Training() {}

    /** Arguments: a configuration that works, or none. */
    public static void main(String[] arguments) {
        Console nowhere = new Console(InputStream.nullInputStream(), quiet(), quiet());
        CommandLineInterface commands = new CommandLineInterface(new GatewayAssembly(), nowhere);
        commands.execute("version");
        commands.execute("help");
        commands.execute("filter", "--wrong");
        if (arguments.length > 0) {
            commands.execute("check", "-c", arguments[0]);
        }
    }

    private static PrintStream quiet() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
