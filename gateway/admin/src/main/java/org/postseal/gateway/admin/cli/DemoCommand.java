package org.postseal.gateway.admin.cli;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.demo.Demo;
import picocli.CommandLine.Command;

/** {@code postseal demo} sends real messages through a gateway with temporary keys. */
@Command(
        name = "demo",
        description = "Send messages through a gateway with temporary keys and show what becomes of them;"
                + " needs no configuration.")
final class DemoCommand implements Callable<Integer> {
    private final Console console;
    private final Assembly assembly;

    DemoCommand(Console console, Assembly assembly) {
        this.console = console;
        this.assembly = assembly;
    }

    @Override
    public Integer call() throws Exception {
        boolean kept = new Demo(assembly, console.out()).run();
        if (!kept) {
            throw new CommandFailure(ExitCode.SOFTWARE, "not everything came out as it should, see above");
        }
        return ExitCode.OK;
    }
}
