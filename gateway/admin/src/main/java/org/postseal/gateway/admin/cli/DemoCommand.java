package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.demo.Demo;
import org.postseal.gateway.app.demo.FleetDemo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postseal demo} sends real messages through a gateway with temporary keys. */
@Command(
        name = "demo",
        description = "Send messages through a gateway with temporary keys and show what becomes of them;"
                + " needs no configuration.",
        footer = {
            "",
            "With --fleet, two gateways stand behind HAProxy and share a PostgreSQL, and one of them is killed while it"
                    + " has half of a message. It needs Debian's postgresql-17 and haproxy.",
            "",
            "  postseal demo --fleet"
        })
final class DemoCommand implements Callable<Integer> {
    private final Console console;
    private final Assembly assembly;

    @Option(names = "--fleet", description = "show two gateways that share a database, one of which is killed")
    private boolean isFleet;

    DemoCommand(Console console, Assembly assembly) {
        this.console = console;
        this.assembly = assembly;
    }

    @Override
    public Integer call() throws Exception {
        boolean kept = isFleet ? fleet() : new Demo(assembly, console.out()).run();
        if (!kept) {
            throw new CommandFailure(ExitCode.SOFTWARE, "not everything came out as it should, see above");
        }
        return ExitCode.OK;
    }

    private boolean fleet() throws IOException {
        List<String> missing = FleetDemo.missing();
        if (!missing.isEmpty()) {
            String packages = String.join(" ", missing);
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE, "missing Debian packages: " + packages, "apt-get install " + packages);
        }
        return new FleetDemo(assembly, LAUNCHER, console.out()).run();
    }

    /** Starts this program in a process of its own. */
    private static final List<String> LAUNCHER = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "org.postseal.gateway.admin.Main");
}
