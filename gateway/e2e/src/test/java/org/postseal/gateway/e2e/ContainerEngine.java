package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * A podman with its own images, containers and volumes, apart from those of the machine. Its commands are those of the
 * pages; whatever else a test needs is in its configuration. Containers have no control groups, and the network of the
 * machine or none, so that the engine works in a container as well. Needs root.
 */
final class ContainerEngine implements AutoCloseable {
    private final Path home;

    private ContainerEngine(Path home) {
        this.home = home;
    }

    static ContainerEngine make() {
        Requirements.programs("podman", "crun");
        Requirements.namespaces();
        Path home = TemporaryHome.create("podman");
        try {
            Files.writeString(home.resolve("containers.conf"), """
                [containers]
                cgroups = "disabled"
                netns = "none"
                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                lock_type = "file"
                runtime = "crun"
                tmp_dir = "%1$s/tmp"
                volume_path = "%1$s/volumes"
                """.formatted(home));
            Files.writeString(home.resolve("storage.conf"), """
                [storage]
                driver = "vfs"
                graphroot = "%1$s/images"
                runroot = "%1$s/run"
                """.formatted(home));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContainerEngine(home);
    }

    /** Runs a command line of podman, and returns its output. An exit status other than 0 fails the test. */
    String said(String command) {
        return new String(run(command).demanded(), UTF_8);
    }

    /** Runs a command line of podman, whatever its exit status. */
    Command.Result run(String command) {
        return Command.of(words(command)).limit(300).run();
    }

    /** Starts a container that stays. SIGTERM is passed on to the process in it. */
    Daemon start(String command) {
        return Daemon.start(home.resolve("log"), words(command));
    }

    private List<Object> words(String command) {
        List<Object> words = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
        words.addAll(List.of("env", "CONTAINERS_CONF=" + home.resolve("containers.conf")));
        words.add("CONTAINERS_STORAGE_CONF=" + home.resolve("storage.conf"));
        // crun reads how control groups are mounted, and accepts no mixture of old and new ones.
        words.addAll(List.of(
                "sh", "-ec", "mount -t cgroup2 cgroup2 /sys/fs/cgroup\ncd \"$0\"\nexec " + command.strip(), home));
        return words;
    }

    /** Returns the folder in which its commands run. */
    Path home() {
        return home;
    }

    @Override
    public void close() {
        Command.Result removed = run("podman rm --all --force --time 0");
        // The program rm removes them, since owners and modes are those of the images.
        Command.of("rm", "-rf", "--one-file-system", home).limit(120).output();
        if (!removed.isSuccess()) {
            throw new AssertionError(removed.toString());
        }
    }
}
