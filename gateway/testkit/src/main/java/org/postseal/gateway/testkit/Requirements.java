package org.postseal.gateway.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Says what a test needs from the machine. If something is missing, the test is skipped with the reason. Under CI, the
 * test fails, since a skipped test proves nothing.
 */
public final class Requirements {
    private Requirements() {}

    /** Demands Postfix and root, since Postfix starts for nobody else. */
    public static void postfix() {
        programs("postfix", "postqueue", "sendmail", "postconf");
        require("root".equals(System.getProperty("user.name")), "a private Postfix needs root");
    }

    /** Demands the S/MIME programs. */
    public static void peers() {
        programs("openssl", "gpgsm", "gpgconf", "cmsutil", "certutil", "pk12util", "modutil");
    }

    /**
     * Demands root.
     *
     * @param why the reason why no other user can run the test
     */
    public static void root(String why) {
        require("root".equals(System.getProperty("user.name")), why);
    }

    public static void programs(String... names) {
        for (String name : names) {
            require(isInstalled(name), name + " is not installed");
        }
    }

    /** Demands rsyslog with RELP, which is a separate package in Debian. */
    public static void relp() {
        programs("rsyslogd");
        require(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/omrelp.so")), "rsyslog-relp is not installed");
    }

    /** Demands private mounts, which nobody else sees. */
    public static void namespaces() {
        programs("unshare", "nsenter", "mount", "umount");
        require("root".equals(System.getProperty("user.name")), "mounting needs root");
        require(
                Command.of("unshare", "-m", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
                        .run()
                        .isSuccess(),
                "mounting is not allowed here");
    }

    /** Demands network namespaces with packet filters of their own. */
    public static void networkNamespaces() {
        programs("unshare", "nsenter", "ip", "nft");
        require("root".equals(System.getProperty("user.name")), "a network namespace needs root");
        require(
                Command.of("unshare", "-n", "nft", "add table inet cut").run().isSuccess(),
                "network namespaces or nftables are not allowed here");
    }

    /** Returns the library that gives a process another clock. */
    public static Path fakeTime() {
        Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
        require(Files.exists(library), "libfaketime is not installed");
        return library;
    }

    /** Demands file systems of a program of ours. */
    public static void fuse() {
        programs("umount");
        require("root".equals(System.getProperty("user.name")), "mounting needs root");
        require(Files.exists(Path.of("/dev/fuse")), "this kernel has no FUSE");
        require(
                Command.of("/usr/bin/python3", "-c", "import fusepy").run().isSuccess(),
                "python3-fusepy is not installed");
    }

    /** Returns the folder of third-party samples. */
    public static Path corpora() {
        String folder = System.getenv("POSTSEAL_CORPORA");
        require(folder != null && !folder.isEmpty(), "POSTSEAL_CORPORA is not set");
        return Path.of(String.valueOf(folder));
    }

    private static boolean isInstalled(String program) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static void require(boolean fact, String otherwise) {
        if (fact) {
            return;
        }
        if (System.getenv("CI") != null) {
            throw new AssertionError(otherwise + ", and under CI no test may be skipped");
        }
        System.out.println("skipped: " + otherwise);
        Assumptions.abort(otherwise);
    }
}
