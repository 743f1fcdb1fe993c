package org.postseal.gateway.admin.cli.support;

/** Exit codes by {@code sysexits.h}. Scripts rely on them. */
public final class ExitCode {
    public static final int OK = 0;
    /** The command line is wrong. */
    public static final int USAGE = 64;
    /** The message was refused. */
    public static final int REFUSED = 65;
    /** Something that is needed is not there, such as a free port or a program. */
    public static final int UNAVAILABLE = 69;
    /** A fault of the program. */
    public static final int SOFTWARE = 70;
    /** A file cannot be read or written. */
    public static final int INPUT_OUTPUT = 74;
    /** The message was deferred: try again. */
    public static final int TRY_AGAIN = 75;
    /** Configuration, policy or store is wrong. */
    public static final int CONFIG = 78;

    private ExitCode() {}
}
