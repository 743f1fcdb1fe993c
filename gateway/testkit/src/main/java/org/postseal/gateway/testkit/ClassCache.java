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

/**
 * Makes the same cache of loaded classes that an installed gateway has (docs/decisions/0021-packages.md). A gateway in
 * the tests then starts with half the work.
 */
public final class ClassCache {
    /** Makes the JVM say nothing about a cache that does not fit, as in the launcher of the packages. */
    private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=warning,aot*=off,cds*=off:stderr");

    private ClassCache() {}

    /**
     * Returns the options for a JVM that uses the cache. The cache is made first if there is none as new as the jar.
     *
     * @param jar the packed jar of the gateway
     * @param classPath a class path that begins with the jar
     */
    public static synchronized List<String> options(Path jar, String classPath) {
        Path cache = jar.resolveSibling("classes.aot");
        // Other processes may be testing the same build
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
            // This fails if the cache cannot be used. Without it, a bad cache would only make the start slower, and
            // nobody would notice
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
