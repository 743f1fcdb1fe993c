package org.postseal.gateway.admin.cli.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;

/** Takes a setup back, as far as others depend on it. */
record Undo(Shell shell, Machine machine, SetupPlaces places) {
    void undo(PostfixSide postfix) {
        if (!machine.isWritable().test(postfix.folder().resolve("main.cf"))) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, postfix.folder() + " cannot be written", "run this as root");
        }
        Optional<List<String>> left = postfix.undo();
        if (left.isPresent()) {
            shell.out().println("Postfix has the settings again that it had before setup");
            for (String each : left.get()) {
                shell.warn("Postfix: has been changed since, and stays: " + each);
            }
        } else {
            shell.out().println("setup has changed nothing in " + postfix.folder());
        }
        if (new Service(machine, places).stop()) {
            shell.out().println(Service.UNIT + " is stopped, and does not start with the machine");
        }
        try {
            Files.deleteIfExists(places.trial());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, places.trial() + " cannot be removed: " + e);
        }
        shell.out().println("nothing else is removed:");
        shell.out().println("  configuration and authority  " + places.config().resolveSibling(""));
        shell.out().println("  keys and certificates        " + places.database() + ", " + places.masterKey());
        shell.out().println("  audit log                    " + places.log());
        shell.out().println("mail that waits for the gateway still needs it: see postqueue -p");
    }
}
