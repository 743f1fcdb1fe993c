package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Returns the same program for the files in another folder. */
    Postconf in(Path other) {
        return new Postconf(programs, Optional.of(other));
    }

    /** Returns the command that makes the change, as somebody types it. */
    public String command(PostfixEdit edit) {
        return "postconf" + folder.map(place -> " -c " + place).orElse("") + " " + edit.option() + " '" + edit.text()
                + "'";
    }

    /** Makes these changes in this order. */
    void change(List<PostfixEdit> edits) {
        int next = 0;
        while (next < edits.size()) {
            String option = edits.get(next).option();
            List<String> words = new ArrayList<>(List.of(option));
            while (next < edits.size() && edits.get(next).option().equals(option)) {
                words.add(edits.get(next).text());
                next++;
            }
            said(words);
        }
    }

    /** Returns the value of a parameter of {@code main.cf}, or its default. */
    public String value(String parameter) {
        return said(List.of("-h", "-x", parameter)).strip();
    }

    /** Returns what {@code postconf} prints with this option: lines with a name, a {@code =} and a value. */
    Map<String, String> values(String option) {
        return PostfixSettings.values(said(List.of(option)));
    }

    /** Returns the lines that {@code postconf} prints with this option. */
    List<String> lines(String option) {
        return said(List.of(option)).lines().toList();
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
