package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * Asks Postfix's own {@code postconf} what its files mean.
 *
 * @param programs the possible paths of the program, in the order in which they are tried
 * @param folder the folder with {@code main.cf} and {@code master.cf}; empty for Postfix's default
 */
public record Postconf(List<String> programs, Optional<Path> folder) {
    /** Tries the usual folders too, since a user's PATH may lack the folders for administrators. */
    public static Postconf of(Optional<Path> folder) {
        return new Postconf(List.of("postconf", "/usr/sbin/postconf", "/usr/local/sbin/postconf"), folder);
    }

    /**
     * Reads everything that the rules ask for, with variables expanded.
     *
     * @throws CommandFailure when there is no Postfix here, or it cannot read its files
     */
    public PostfixSettings read() {
        List<String> names = new ArrayList<>(List.of("-x"));
        names.addAll(PostfixSettings.PARAMETERS);
        return PostfixSettings.parse(said(names), said(List.of("-Mx")), said(List.of("-Px")));
    }

    /** Returns the command that writes a setting into {@code main.cf}. */
    String setting(String text) {
        return command("-e", text);
    }

    /** Returns the command that writes a setting into {@code master.cf}. */
    String override(String text) {
        return command("-P", text);
    }

    /** Returns the command that adds a service of the type unix to {@code master.cf}. */
    String service(String name, String line) {
        return command("-M", name + "/unix=" + name + " unix " + line);
    }

    private String command(String option, String text) {
        return "postconf" + folder.map(place -> " -c " + place).orElse("") + " " + option + " '" + text + "'";
    }

    private String said(List<String> options) {
        for (String program : programs) {
            List<String> command = new ArrayList<>(List.of(program));
            folder.ifPresent(place -> command.addAll(List.of("-c", place.toString())));
            command.addAll(options);
            Optional<Process> started = started(command);
            if (started.isPresent()) {
                return said(started.get());
            }
        }
        throw new CommandFailure(
                ExitCode.UNAVAILABLE,
                "there is no postconf here, so nothing can be said about Postfix",
                "run this on the machine where Postfix is installed");
    }

    private static Optional<Process> started(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            return Optional.of(process);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static String said(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String complaint = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new CommandFailure(ExitCode.CONFIG, "postconf cannot read the configuration: " + complaint);
            }
            return output;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "postconf cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted while postconf ran");
        }
    }

    private static final int TIMEOUT_SECONDS = 30;
}
