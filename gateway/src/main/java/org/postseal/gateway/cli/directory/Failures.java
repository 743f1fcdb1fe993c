package org.postseal.gateway.cli.directory;

import org.postseal.certstore.MailAddress;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;

/** What failed for one of several; of one alone it ends the command. */
final class Failures {
    private final StoreAccess store;
    private final boolean isAlone;
    private int exitCode = ExitCode.OK;

    Failures(StoreAccess store, boolean isAlone) {
        this.store = store;
        this.isAlone = isAlone;
    }

    void collect(MailAddress address, Runnable work) {
        try {
            work.run();
        } catch (CommandFailure e) {
            add(address, e);
        }
    }

    void add(MailAddress address, CommandFailure e) {
        if (isAlone || e.exitCode() == ExitCode.UNAVAILABLE || e.exitCode() == ExitCode.CONFIG) {
            // so it would be for all others
            throw e;
        }
        store.failure(address + ": " + e.getMessage(), e.hint().orElse("the others are not concerned"));
        exitCode = exitCode == ExitCode.OK ? e.exitCode() : exitCode;
    }

    void endIfAny() {
        if (exitCode != ExitCode.OK) {
            throw new CommandFailure(exitCode, "no file was written");
        }
    }

    int exitCode() {
        return exitCode;
    }
}
