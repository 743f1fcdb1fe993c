package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A clean Debian in a folder, as debootstrap's minbase has it: apt, and no more than it needs. Shares the machine's network, so that its ports are ours. Needs root. */
final class DebianRoot implements AutoCloseable {
    private static final Path SOURCES = Path.of("/etc/apt/sources.list.d/debian.sources");

    private final Path home;
    private final Path folder;

    private DebianRoot(Path home) {
        this.home = home;
        this.folder = home.resolve("root");
    }

    static DebianRoot make() {
        Requirements.programs("mmdebstrap", "setpriv");
        Requirements.namespaces();
        DebianRoot root = new DebianRoot(TemporaryHome.create("debian"));
        List<Object> words = new ArrayList<>(
                List.of("mmdebstrap", "--quiet", "--mode=root", "--format=directory", "--variant=minbase"));
        // the lists, so that dependencies of a package can be installed
        words.addAll(List.of("--skip=cleanup/apt/lists", codename(), root.folder));
        if (Files.exists(SOURCES)) {
            words.add(SOURCES);
        }
        try {
            Command.of(words).limit(900).output();
            root.write(
                    "etc/apt/apt.conf.d/90unattended",
                    "APT::Get::Assume-Yes \"true\";\nAPT::Install-Recommends \"false\";\n");
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

    /** Runs a script of the shell in it, as root in its home, until the first line that fails. */
    Command.Result run(String script) {
        return Command.of(inside("sh", "-ec", "cd /root\n" + script)).limit(600).run();
    }

    /** The same; any exit status but 0 fails the test. */
    String said(String script) {
        Command.Result result = run(script);
        if (!result.isSuccess()) {
            throw new AssertionError(result.toString());
        }
        return new String(result.output(), UTF_8);
    }

    /** The words of a process in it: they become the one that is named last, so that its number is that of the process. */
    List<String> inside(String... words) {
        List<String> all = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private", "--", "sh", "-c"));
        all.add("mount -t proc proc \"$0/proc\" && exec env -i PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 HOME=/root"
                + " DEBIAN_FRONTEND=noninteractive chroot \"$0\" \"$@\"");
        all.add(folder.toString());
        all.addAll(List.of(words));
        return all;
    }

    /** Of a file in it. */
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
        // by the program, since names in it need not be text
        Command.of("rm", "-rf", "--one-file-system", home).limit(120).output();
    }
}
