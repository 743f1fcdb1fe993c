package org.postseal.gateway.admin.cli.support;

/** The command line is wrong in a way that only the command itself can see. The user is pointed to its help. */
public final class WrongUse extends CommandFailure {
    private static final long serialVersionUID = 1;

    public WrongUse(String message) {
        super(ExitCode.USAGE, message);
    }
}
