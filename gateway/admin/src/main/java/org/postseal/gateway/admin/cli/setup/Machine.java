package org.postseal.gateway.admin.cli.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.support.Program;

/**
 * Asks the machine and changes it; tests replace some of its parts.
 *
 * @param postconf finds out about the Postfix whose folder is given
 * @param isFree whether nothing listens at this port
 * @param isWritable whether the user may write there
 * @param hasSystemd whether systemd runs this machine
 * @param programs runs a program with some input; one that is not there fails
 */
record Machine(
        Function<Optional<Path>, Postconf> postconf,
        IntPredicate isFree,
        Predicate<Path> isWritable,
        boolean hasSystemd,
        BiFunction<String, List<String>, Program> programs) {
    static Machine here() {
        return new Machine(
                Postconf::of,
                Machine::isFree,
                Files::isWritable,
                Files.isDirectory(Path.of("/run/systemd/system")),
                (input, words) -> Program.run(input, words)
                        .orElseGet(() -> new Program(-1, "", "there is no " + words.getFirst())));
    }

    /** Runs a program without input. */
    Program run(String... words) {
        return programs.apply("", List.of(words));
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
