package org.postseal.gateway.admin.cli.directory;

import org.postseal.gateway.admin.cli.support.CommandFailure;

/** A failure that concerns one directory entry only; the other entries may succeed. */
final class EntryFailure extends CommandFailure {
    private static final long serialVersionUID = 1;

    EntryFailure(int exitCode, String message, String hint) {
        super(exitCode, message, hint);
    }
}
