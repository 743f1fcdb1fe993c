package org.postseal.gateway.admin.cli.setup;

import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Shell;

/** Collects everything that stops a setup, so that it is told at once and before anything is written. */
final class SetupProblems {
    private record Found(int exitCode, String what, String hint) {}

    private final List<Found> found = new ArrayList<>();

    void add(int exitCode, String what, String hint) {
        found.add(new Found(exitCode, what, hint));
    }

    /** Adds something that the command line or an answer has wrong. */
    void wrong(String what, String hint) {
        add(ExitCode.USAGE, what, hint);
    }

    /** Tells every problem; a command with one ends here, with the exit code of the first. */
    void demandNone(Shell shell) {
        if (!found.isEmpty()) {
            found.forEach(each -> shell.failure(each.what(), each.hint()));
            throw new CommandFailure(
                    found.getFirst().exitCode(),
                    Options.count(found, "problem") + ", see above; nothing has been written");
        }
    }
}
