package org.postseal.gateway.admin.cli.directory;

import org.postseal.gateway.admin.cli.support.CommandFailure;

/** What a directory server says of one entry; others are not concerned. */
final class EntryFailure extends CommandFailure {
    private static final long serialVersionUID = 1;

    EntryFailure(int exitCode, String message, String hint) {
        super(exitCode, message, hint);
    }
}
