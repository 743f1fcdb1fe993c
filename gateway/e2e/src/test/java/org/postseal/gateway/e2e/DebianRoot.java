package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * A clean Debian in a folder, as debootstrap's minbase makes it with systemd: apt and what these two need, and nothing
 * else. It is booted as a container would be: systemd is process 1 of its own namespaces. It shares the machine's
 * network, so that its ports are ours. Needs root and version 2 of control groups, with or without controllers.
 */
final class DebianRoot implements AutoCloseable {
    private static final Path SOURCES = Path.of("/etc/apt/sources.list.d/debian.sources");

    private final Path home;
    private final Path folder;
    private final Path log;
    private Optional<ProcessHandle> init = Optional.empty();

    private DebianRoot(Path home) {
        this.home = home;
        this.folder = home.resolve("root");
        this.log = home.resolve("boot.log");
    }

    static DebianRoot make() {
        Requirements.programs("mmdebstrap", "nsenter");
        Requirements.namespaces();
        DebianRoot root = new DebianRoot(TemporaryHome.create("debian"));
        List<Object> words = new ArrayList<>(
                List.of("mmdebstrap", "--quiet", "--mode=root", "--format=directory", "--variant=minbase"));
        // The package lists stay, so that dependencies of a package can be installed.
        words.addAll(List.of("--include=systemd-sysv", "--skip=cleanup/apt/lists", codename(), root.folder));
        if (Files.exists(SOURCES)) {
            words.add(SOURCES);
        }
        try {
            Command.of(words).limit(900).output();
            root.write(
                    "etc/apt/apt.conf.d/90unattended",
                    "APT::Get::Assume-Yes \"true\";\nAPT::Install-Recommends \"false\";\n");
            root.boot();
            return root;
        } catch (RuntimeException | Error failed) {
            root.close();
            throw failed;
        }
    }

    private static String codename() {
        return new String(
                        Command.of("sh", "-c", ". /etc/os-release; echo \"$VERSION_CODENAME\"")
                                .output(),
                        UTF_8)
                .strip();
    }

    /** Boots, until systemd has started everything. */
    private void boot() {
        List<String> words =
                new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--pid", "--fork"));
        words.addAll(List.of("--kill-child", "--cgroup", "--uts", "--ipc", "--", "sh", "-ec", BOOT, folder.toString()));
        Process outside;
        try {
            outside = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(
                () -> {
                    if (!outside.isAlive()) {
                        throw new AssertionError("it does not boot\n" + bootLog());
                    }
                    init = outside.children().findFirst();
                    return isBooting() && state().matches("running|degraded");
                },
                () -> "it does not come up: " + state() + "\n" + bootLog());
    }

    /**
     * Returns true if the process is systemd by now. Before that it sees the machine's own files, and with them the
     * machine's systemd.
     */
    private boolean isBooting() {
        try {
            return init.isPresent()
                    && Files.readString(
                                    Path.of("/proc", Long.toString(init.get().pid()), "comm"))
                            .equals("systemd\n");
        } catch (IOException ended) {
            return false;
        }
    }

    /** Returns the state that systemd tells; empty before it can tell one. */
    private String state() {
        Command.Result result =
                Command.of(inside("systemctl", "is-system-running")).run();
        return new String(result.output(), UTF_8).strip();
    }

    private String bootLog() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a shell script in it, as root in root's home, until the first line that fails. */
    Command.Result run(String script) {
        return Command.of(inside("sh", "-ec", "cd /root\n" + script)).limit(600).run();
    }

    /** Runs a shell script and returns its output. An exit status other than 0 fails the test. */
    String said(String script) {
        return new String(run(script).demanded(), UTF_8);
    }

    private List<String> inside(String... words) {
        String number = String.valueOf(init.orElseThrow().pid());
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", number, "-m", "-p", "-u", "-i", "-C", "-r", "-w"));
        all.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin", "LANG=C.UTF-8", "HOME=/root"));
        all.add("DEBIAN_FRONTEND=noninteractive");
        all.addAll(List.of(words));
        return all;
    }

    /** Returns the path of a file in it. */
    Path path(String name) {
        return folder.resolve(name);
    }

    String read(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String name, String text) {
        try {
            Files.writeString(path(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void copy(Path from, String name) {
        try {
            Files.copy(from, path(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        init.ifPresent(process -> {
            // The kernel ends every process of the namespace with it.
            process.destroyForcibly();
            process.onExit().join();
        });
        // The program rm removes it, since names in it need not be text.
        Command.of("rm", "-rf", "--one-file-system", home).limit(120).output();
    }

    /**
     * The steps of a container engine before it starts the first process of a system. From then on mounts are shared,
     * since systemd passes credentials by them.
     */
    private static final String BOOT = """
        mount --bind "$0" "$0"
        mount -t proc proc "$0/proc"
        mount -t sysfs -o ro sysfs "$0/sys"
        mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup"
        mount -t tmpfs -o mode=755 tmpfs "$0/run"
        mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
        mount -t tmpfs -o mode=755,nosuid tmpfs "$0/dev"
        mkdir "$0/dev/pts" "$0/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts"
        ln -s pts/ptmx "$0/dev/ptmx"
        ln -s /proc/self/fd "$0/dev/fd"
        for node in null zero full random urandom tty; do
            touch "$0/dev/$node"
            mount --bind "/dev/$node" "$0/dev/$node"
        done
        mkdir "$0/run/old"
        cd "$0"
        pivot_root . run/old
        cd /
        umount -l /run/old
        mount --make-rshared /
        exec env -i container=test PATH=/usr/sbin:/usr/bin /sbin/init --log-target=console
        """;
}
