package org.postseal.gateway.admin.cli.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/**
 * Runs the commands of {@code postseal policy} in a temporary folder. The folder's name is removed from their output.
 */
final class PolicyBench {
    final Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    PolicyBench(Path folder) {
        this.folder = folder;
    }

    PolicyBench write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs {@code postseal policy} with these words and returns the exit code. A word that begins with {@code ./} is a
     * file in the folder.
     */
    int run(String... words) {
        out.reset();
        err.reset();
        String[] arguments = new String[words.length + 1];
        arguments[0] = "policy";
        for (int i = 0; i < words.length; i++) {
            arguments[i + 1] = words[i].startsWith("./") ? folder + words[i].substring(1) : words[i];
        }
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(arguments);
    }

    String out() {
        return text(out);
    }

    String err() {
        return text(err);
    }

    private String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).replace(folder + "/", "").replace(folder.toString(), ".");
    }

    @Override
    public String toString() {
        return Arrays.asList(out(), err()).toString();
    }
}
