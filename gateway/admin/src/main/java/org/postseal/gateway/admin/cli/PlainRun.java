package org.postseal.gateway.admin.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.app.logging.LogFormat;

/**
 * {@code postseal run} as a service calls it: with the configuration and the log format, each at most once. All other
 * command lines go to {@link CommandLineInterface}.
 *
 * <p>The library that reads options costs a sixth of a start: its classes are so old that the JVM neither takes them
 * into its cache nor verifies them quickly. A service that always gives the same options need not wait for it. A test
 * compares what both readers make of a command line.
 *
 * @param config the configuration file
 * @param logFormat the format of the lines on standard error
 */
public record PlainRun(Path config, LogFormat logFormat) {
    /** Reads these arguments; returns empty for all others, right or wrong. */
    public static Optional<PlainRun> of(String... arguments) {
        if (arguments.length % 2 == 0 || !arguments[0].equals("run")) {
            return Optional.empty();
        }
        String config = null;
        LogFormat format = null;
        for (int i = 1; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            if (config == null && isConfig(arguments[i]) && isPlain(value)) {
                config = value;
            } else if (format == null && arguments[i].equals("--log-format") && format(value) != null) {
                format = format(value);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new PlainRun(
                Path.of(config == null ? CommandLineInterface.CONFIG : config),
                format == null ? LogFormat.TEXT : format));
    }

    private static boolean isConfig(String option) {
        return option.equals("-c") || option.equals("--config");
    }

    /**
     * Accepts no text that the option library might read in another way: an option without its value, quotes, an
     * argument file.
     */
    private static boolean isPlain(String file) {
        return file.matches("[A-Za-z0-9_./][A-Za-z0-9_./-]*");
    }

    private static @Nullable LogFormat format(String word) {
        return switch (word) {
            case "text" -> LogFormat.TEXT;
            case "json" -> LogFormat.JSON;
            default -> null;
        };
    }

    /** Runs the gateway and returns one of the codes in {@link ExitCode}. */
    public int execute(Assembly assembly, Console console) {
        try {
            return new RunCommand(this, console, assembly, new SetupReader(assembly)).call();
        } catch (Exception cause) {
            // This is the border of the program, as CommandLineInterface is for every other command
            return CommandFailure.told(cause, console);
        }
    }
}
