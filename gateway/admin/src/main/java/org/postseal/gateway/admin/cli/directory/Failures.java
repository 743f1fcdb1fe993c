package org.postseal.gateway.admin.cli.directory;

import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** Collects failures for several addresses. If there is only one address, its failure ends the command. */
final class Failures {
    private final StoreAccess store;
    private final boolean isAlone;
    private int exitCode = ExitCode.OK;

    Failures(StoreAccess store, boolean isAlone) {
        this.store = store;
        this.isAlone = isAlone;
    }

    /**
     * Runs the work for one address. Only an {@link EntryFailure} concerns this address alone; every other failure ends
     * the command.
     */
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
            // All other addresses would fail in the same way
            throw e;
        }
        tell(address, e);
    }

    private void tell(MailAddress address, CommandFailure e) {
        store.failure(address + ": " + e.getMessage(), e.hint().orElse("the other entries are not affected"));
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
