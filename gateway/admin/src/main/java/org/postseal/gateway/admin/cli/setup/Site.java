package org.postseal.gateway.admin.cli.setup;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/**
 * Holds what each part of a setup is given.
 *
 * @param commands runs the other commands
 */
record Site(StoreAccess store, SetupCommand.Commands commands, Machine machine, SetupPlaces places) {
    /** Runs another command on this configuration. If it fails, the setup ends. */
    void run(List<String> command, List<String> operands) {
        List<String> words = words(command, operands);
        int exitCode = commands.run(store.console(), configured(words));
        if (exitCode != ExitCode.OK) {
            throw new CommandFailure(
                    exitCode,
                    "postseal " + words.stream().limit(2).collect(Collectors.joining(" ")) + " failed, see above",
                    "correct that, and run the same command again: it goes on there");
        }
    }

    /** Returns what another command prints on this configuration; empty if it fails. */
    Optional<String> printed(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console silent = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        return commands.run(silent, configured(words)) == ExitCode.OK
                ? Optional.of(out.toString(StandardCharsets.UTF_8))
                : Optional.empty();
    }

    static List<String> words(List<String> command, List<String> operands) {
        return Stream.concat(command.stream(), operands.stream()).toList();
    }

    void say(String line) {
        store.out().println(line);
    }

    private List<String> configured(List<String> words) {
        List<String> configured = new ArrayList<>(words);
        // After --, nothing is an option any more
        configured.addAll(2, List.of("-c", places.config().toString()));
        return configured;
    }
}
