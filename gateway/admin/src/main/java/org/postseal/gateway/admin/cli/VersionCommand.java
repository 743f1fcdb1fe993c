package org.postseal.gateway.admin.cli;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.Version;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private final Console console;

    VersionCommand(Console console) {
        this.console = console;
    }

    /** Returns the version of the jar, or {@code development} if it runs from class files. */
    static String version() {
        return Version.current();
    }

    @Override
    public Integer call() {
        console.out().println("postseal " + version() + " (Java " + Runtime.version() + ")");
        return ExitCode.OK;
    }
}
