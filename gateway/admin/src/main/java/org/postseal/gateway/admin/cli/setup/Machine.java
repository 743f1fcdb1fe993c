package org.postseal.gateway.admin.cli.setup;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.postseal.gateway.admin.cli.postfix.Postconf;

/**
 * Asks the machine and changes it; tests replace some of its parts.
 *
 * @param postconf finds out about the Postfix whose folder is given
 * @param isFree whether nothing listens at this port
 * @param isWritable whether the user may write there
 * @param hasSystemd whether systemd runs this machine
 * @param programs runs programs
 */
record Machine(
        Function<Optional<Path>, Postconf> postconf,
        IntPredicate isFree,
        Predicate<Path> isWritable,
        boolean hasSystemd,
        Programs programs) {
    /** Runs a program with this input; one that is not there fails. */
    interface Programs {
        Ran run(String input, List<String> words);
    }

    static Machine here() {
        return new Machine(
                Postconf::of,
                Machine::isFree,
                Files::isWritable,
                Files.isDirectory(Path.of("/run/systemd/system")),
                Machine::ran);
    }

    /** Says how a program ended. */
    record Ran(int exitCode, String output) {
        boolean isSuccess() {
            return exitCode == 0;
        }
    }

    /** Runs a program without input. */
    Ran run(String... words) {
        return programs.run("", List.of(words));
    }

    private static Ran ran(String input, List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            write(input, process);
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), said.strip());
        } catch (IOException e) {
            return new Ran(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ran(-1, "interrupted");
        }
    }

    private static void write(String input, Process process) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException notRead) {
            // A program that ends before it has read everything says why by its output
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // A port that was closed a moment ago counts as free
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            // Only root may listen at ports below 1024; for others they count as free
            return String.valueOf(e.getMessage()).contains("Permission denied");
        }
    }
}
