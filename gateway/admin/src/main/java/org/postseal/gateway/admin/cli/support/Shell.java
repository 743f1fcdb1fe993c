package org.postseal.gateway.admin.cli.support;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postseal.certstore.Draft;
import org.postseal.certstore.database.Act;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.KeyLines;
import org.postseal.policy.yaml.Problem;

/**
 * What every command is given: the configuration file that the command line names, the three streams, and who gives the
 * command, where and when.
 */
public class Shell {
    private final Supplier<Path> configFile;
    private final Console console;
    private final Surroundings surroundings;

    /** @param configFile the path of {@code postseal.yaml}, available once the command line is read */
    public Shell(Supplier<Path> configFile, Console console, Surroundings surroundings) {
        this.configFile = configFile;
        this.console = console;
        this.surroundings = surroundings;
    }

    public Path configFile() {
        return configFile.get();
    }

    public Console console() {
        return console;
    }

    public PrintStream out() {
        return console.out();
    }

    public InputStream in() {
        return console.in();
    }

    /** Returns the name that records show as the author of a change. */
    public String user() {
        return surroundings.user();
    }

    /** Returns the columns of the terminal that results go to; empty if they do not go to a terminal. */
    public OptionalInt terminalWidth() {
        return surroundings.terminalWidth();
    }

    public Clock clock() {
        return surroundings.clock();
    }

    public Instant now() {
        return surroundings.clock().instant();
    }

    /** Returns how long to wait for another process that writes. */
    public Duration patience() {
        return surroundings.busyTimeout();
    }

    public void warn(String message) {
        problem("warning: " + message);
    }

    public void hint(String message) {
        problem("hint: " + message);
    }

    /** Prints an error and a hint, and does not end the command: several things are tried, and one failed. */
    public void failure(String message, String hint) {
        problem("error: " + message);
        hint(hint);
    }

    public void problem(String line) {
        console.err().println(Printable.line(line));
    }

    /** Reads {@code postseal.yaml}, or prints all its problems and ends the command. */
    public GatewayConfig config() {
        return config(ConfigReader::read);
    }

    /**
     * Reads {@code postseal.yaml} for a user who may read the log but not the keys of gateway and console. Those keys
     * count as not given.
     */
    public GatewayConfig configForReviewer() {
        return config(ConfigReader::readForReviewer);
    }

    private GatewayConfig config(Function<Path, ConfigResult> reader) {
        return switch (reader.apply(configFile())) {
            case ConfigResult.Loaded(GatewayConfig config, List<Problem> _, KeyLines _) -> {
                Draft.allow(config.crypto().drafts());
                yield config;
            }
            case ConfigResult.Broken broken -> {
                Problems.print(broken.problems(), console);
                throw Problems.inConfiguration(broken.problems());
            }
        };
    }

    /** Records an action outside the database. If no database exists, it prints that nothing is recorded. */
    public void handOver(GatewayConfig config, String what, String action, String object, List<String> details) {
        new ChangeHandover(config, console, Act.of(user(), now())).record(what, action, object, details);
    }
}
