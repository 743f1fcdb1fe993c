package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.ClassCache;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * A shell for the blocks of a page. The command {@code postseal} in it is the program under test.
 *
 * @param folder the folder where the blocks run
 * @param launcher words before the shell: a program that replaces itself by the command behind it
 */
record PageShell(Path folder, List<String> launcher) {
    /**
     * Puts the program where the shell finds it.
     *
     * @param configuration the file that {@code postseal} uses without {@code -c}
     */
    static PageShell make(Path folder, Path configuration, List<String> launcher) {
        try {
            Path program = Files.createDirectories(folder.resolve("bin")).resolve("postseal");
            Files.writeString(program, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
                --sun-misc-unsafe-memory-access=allow %s -cp '%s' org.postseal.gateway.admin.Main "$@" -c '%s'
                """.formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"), cache(), classPath(), configuration));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new PageShell(folder, launcher);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a script until the first line that fails. */
    Command.Result run(String script) {
        List<Object> words = new ArrayList<>(launcher);
        String path = folder.resolve("bin") + ":" + System.getenv("PATH");
        words.addAll(List.of("sh", "-euc", "cd '" + folder + "'; PATH='" + path + "'\n" + script));
        return Command.of(words).limit(120).run();
    }

    /** Runs a script and returns its output. An exit status other than 0 fails the test. */
    String said(String script) {
        return new String(run(script).demanded(), UTF_8);
    }

    /** Returns the option for the class cache, with which an installed program starts. */
    private static String cache() {
        return GatewayProcess.packed().stream()
                .flatMap(jar -> ClassCache.options(jar, GatewayProcess.classPath()).stream())
                .map(option -> "'" + option + "'")
                .collect(Collectors.joining(" "));
    }

    // The commands run in another folder, so paths must be absolute.
    private static String classPath() {
        return Stream.of(GatewayProcess.classPath().split(File.pathSeparator, -1))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
