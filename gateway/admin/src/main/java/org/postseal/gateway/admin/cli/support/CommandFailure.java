package org.postseal.gateway.admin.cli.support;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.DatabaseException;

/** Ends a command. It is printed as {@code error:} and {@code hint:} lines, never as a stack trace. */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final @Nullable String hint;

    public CommandFailure(int exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandFailure(int exitCode, String message, @Nullable String hint) {
        super(message);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** Prints why a command ended and returns its exit code, one of {@link ExitCode}. */
    public static int told(Exception cause, Console console) {
        if (cause instanceof CommandFailure failure) {
            console.err().println("error: " + failure.getMessage());
            failure.hint().ifPresent(hint -> console.err().println("hint: " + hint));
            return failure.exitCode();
        }
        if (cause instanceof DatabaseException database) {
            console.err().println("error: " + database.getMessage());
            return database.mayPass() ? ExitCode.UNAVAILABLE : ExitCode.CONFIG;
        }
        console.err().println("error: internal fault: " + cause);
        console.err().println("hint: this is a fault of Postseal; please report it with the lines below");
        cause.printStackTrace(console.err());
        return ExitCode.SOFTWARE;
    }

    /** Returns one of the codes in {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
