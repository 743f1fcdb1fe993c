package org.postseal.gateway.admin.cli.directory;

import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** What failed for one of several; of one alone it ends the command. */
final class Failures {
    private final StoreAccess store;
    private final boolean isAlone;
    private int exitCode = ExitCode.OK;

    Failures(StoreAccess store, boolean isAlone) {
        this.store = store;
        this.isAlone = isAlone;
    }

    /** Does it for one; of what fails only an {@link EntryFailure} is about this one alone. */
    void collect(MailAddress address, Runnable work) {
        try {
            work.run();
        } catch (EntryFailure e) {
            if (isAlone) {
                throw e;
            }
            tell(address, e);
        }
    }

    void add(MailAddress address, CommandFailure e) {
        if (isAlone || e.exitCode() == ExitCode.UNAVAILABLE || e.exitCode() == ExitCode.CONFIG) {
            // so it would be for all others
            throw e;
        }
        tell(address, e);
    }

    private void tell(MailAddress address, CommandFailure e) {
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
