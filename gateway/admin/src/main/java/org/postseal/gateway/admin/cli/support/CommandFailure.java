package org.postseal.gateway.admin.cli.support;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.gateway.road.journal.JournalException;

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
            return told(of(database), console);
        }
        console.err().println("error: internal fault: " + cause);
        console.err().println("hint: this is a fault of Postseal; please report it with the lines below");
        cause.printStackTrace(console.err());
        return ExitCode.SOFTWARE;
    }

    /** Returns how a command ends that met this fault of the journal, or of what gateways share. */
    public static CommandFailure of(JournalException e) {
        return e.getCause() instanceof DatabaseException database
                ? of(database)
                : new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }

    /** Returns how a command ends that met this fault of a database. */
    public static CommandFailure of(DatabaseException e) {
        String message = String.valueOf(e.getMessage());
        String state =
                e.getCause() instanceof SQLException cause ? Objects.requireNonNullElse(cause.getSQLState(), "") : "";
        return switch (e.fault()) {
            case LOCKED ->
                new CommandFailure(
                        ExitCode.TRY_AGAIN, message, "another command is writing; nothing changed, try again");
            case REPLACED -> new CommandFailure(ExitCode.TRY_AGAIN, message, "nothing changed, try again");
            case FULL -> new CommandFailure(ExitCode.INPUT_OUTPUT, message, "nothing changed; make room and try again");
            case INPUT_OUTPUT -> new CommandFailure(ExitCode.INPUT_OUTPUT, message, "look at the disk: dmesg");
            case READ_ONLY, CANNOT_OPEN ->
                state.equals(ONLY_READS)
                        ? new CommandFailure(ExitCode.UNAVAILABLE, message, "nothing changed; is it a standby?")
                        : new CommandFailure(
                                ExitCode.INPUT_OUTPUT,
                                message,
                                "run the command as the owner of the folder, or as root; see: ls -ld");
            case DAMAGED ->
                new CommandFailure(
                        ExitCode.CONFIG,
                        message,
                        state.equals(NO_TABLE)
                                ? "was the database made anew? start a gateway, or restore a backup"
                                : "put a backup in its place; see docs/howto-certificates.md");
            case NOT_A_DATABASE ->
                new CommandFailure(
                        ExitCode.CONFIG,
                        message,
                        "let " + (state.isEmpty() ? "directory.database" : "fleet.database.url") + " name another");
            case NEWER ->
                new CommandFailure(
                        ExitCode.CONFIG, message, "use the version of postseal that wrote it, or a later one");
            case UNREACHABLE ->
                new CommandFailure(
                        ExitCode.UNAVAILABLE,
                        message,
                        "see whether the server runs, and fleet.database; then see whether anything changed");
            case REFUSED -> new CommandFailure(ExitCode.CONFIG, message, refusal(state));
            case CLOSED, INTERNAL -> new CommandFailure(ExitCode.SOFTWARE, message);
        };
    }

    /** Says what to do if the server of a database refuses something. */
    private static String refusal(String state) {
        return switch (state) {
            case "42501" ->
                "the role in fleet.database.url, or of --as, lacks a right: GRANT it, or let it own the tables";
            case "3D000", "3F000" -> "is the name in fleet.database.url right? docs/howto-fleet.md makes a database";
            case "08004" -> "fleet.database.tls is verify, and needs a server with TLS (ssl = on)";
            default ->
                "look at the user in fleet.database.url, or of --as, at its password file, and at the server's"
                        + " pg_hba.conf";
        };
    }

    /** Returns one of the codes in {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    // States of PostgreSQL (appendix A of its manual).
    private static final String ONLY_READS = "25006";
    private static final String NO_TABLE = "42P01";
}
