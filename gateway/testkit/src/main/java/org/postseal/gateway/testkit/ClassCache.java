package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The cache of loaded classes that an installed gateway has too (docs/decisions/0021-packages.md): a gateway of the tests starts with half the work. */
public final class ClassCache {
    /** Nothing is said about a cache that does not fit, as in the launcher of the packages. */
    private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=warning,aot*=off,cds*=off:stderr");

    private ClassCache() {}

    /**
     * Options of a JVM that uses it; it is made first when there is none as new as the jar.
     *
     * @param jar of the gateway, packed
     * @param classPath begins with it
     */
    public static synchronized List<String> options(Path jar, String classPath) {
        Path cache = jar.resolveSibling("classes.aot");
        // others may test the same build
        try (FileChannel channel = FileChannel.open(
                        jar.resolveSibling("classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.exists(cache)
                    || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                make(cache, classPath);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of("-XX:AOTCache=" + cache, QUIET.get(0), QUIET.get(1));
    }

    private static void make(Path cache, String classPath) throws IOException {
        Path folder = TemporaryHome.create("training");
        Path made = cache.resolveSibling("classes.new");
        try {
            byte[] _ = Command.of(
                            Path.of(System.getProperty("java.home"), "bin", "java"),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-XX:+UseSerialGC",
                            "-XX:AOTCacheOutput=" + made,
                            "-Xlog:disable",
                            "-cp",
                            classPath,
                            "org.postseal.gateway.admin.cli.Training",
                            folder)
                    .limit(300)
                    .output();
            // fails with a cache that cannot be used, which is only slower otherwise
            byte[] _ = Command.of(
                            Path.of(System.getProperty("java.home"), "bin", "java"),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-XX:+UseSerialGC",
                            "-XX:AOTMode=on",
                            "-XX:AOTCache=" + made,
                            "-cp",
                            classPath,
                            "org.postseal.gateway.admin.Main",
                            "version")
                    .output();
            Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            TemporaryHome.delete(folder);
        }
    }
}
