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
 * podman with images, containers and volumes of its own, which the machine's other ones do not see. Its commands are those of the pages: what a test needs otherwise stands in its configuration. Containers have no control
 * groups, and the network of the machine or none, so that it works in a container as well. Needs root.
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

    /** Runs a command line of podman's to its end; any exit status but 0 fails the test. */
    String said(String command) {
        Command.Result result = run(command);
        if (!result.isSuccess()) {
            throw new AssertionError(result.toString());
        }
        return new String(result.output(), UTF_8);
    }

    /** The same, whatever its exit status is. */
    Command.Result run(String command) {
        return Command.of(words(command)).limit(300).run();
    }

    /** Starts what stays; SIGTERM is handed on to what runs in the container. */
    Daemon start(String command) {
        return Daemon.start(home.resolve("log"), words(command));
    }

    private List<Object> words(String command) {
        List<Object> words = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
        words.addAll(List.of("env", "CONTAINERS_CONF=" + home.resolve("containers.conf")));
        words.add("CONTAINERS_STORAGE_CONF=" + home.resolve("storage.conf"));
        // crun reads how control groups are mounted, and wants no mixture of old and new ones
        words.addAll(List.of(
                "sh", "-ec", "mount -t cgroup2 cgroup2 /sys/fs/cgroup\ncd \"$0\"\nexec " + command.strip(), home));
        return words;
    }

    /** The folder in which its commands run. */
    Path home() {
        return home;
    }

    @Override
    public void close() {
        Command.Result removed = run("podman rm --all --force --time 0");
        // by the program, since owners and modes are those of the images
        Command.of("rm", "-rf", "--one-file-system", home).limit(120).output();
        if (!removed.isSuccess()) {
            throw new AssertionError(removed.toString());
        }
    }
}
