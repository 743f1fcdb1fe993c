package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TemporaryHome;

/** Has the packages that {@code bin/package} makes of what Maven has just packed, once for all processes of a run. */
final class Packages {
    /** The folder of the packages. It is not where released packages may be. */
    static final String FOLDER = "target/packages-of-tests";

    /** The time of everything in the packages, in seconds. A project that is tested need not be a commit. */
    private static final long TIME = 1_790_000_000;

    /** The distributor of the packages, with characters that a shell or sed would take for something else. */
    static final String MAINTAINER = "Mail & Post $(team) <post/seal@example.org>";

    static final String HOMEPAGE = "https://www.example.org/postseal?a=1&b=%2F";

    private static Optional<Path> made = Optional.empty();

    private Packages() {}

    /** Returns the folder of the packages, which are made if what they are made of is not what it was. */
    static synchronized Path made() {
        if (made.isEmpty()) {
            made = Optional.of(madeOnce());
        }
        return made.get();
    }

    /** Other processes of a run wait for the first one. The note goes when bin/package empties the folder. */
    private static Path madeOnce() {
        Path folder = Project.ROOT.resolve(FOLDER);
        Path note = folder.resolve("made-of");
        Path lock = Project.ROOT.resolve(FOLDER + ".lock");
        try {
            Files.createDirectories(Project.ROOT.resolve("target"));
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                String sources = sources();
                if (!Files.exists(note) || !Files.readString(note).equals(sources)) {
                    Path _ = make(Project.ROOT, "022");
                    Files.writeString(note, sources);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns all files that go into the packages or make them, and one that tells the JDK, each with its size and the
     * time of its last change.
     */
    private static String sources() {
        return new String(
                Command.of(
                                "sh",
                                "-c",
                                "cd \"$0\" && find bin packaging systemd etc docs *.md pom.xml gateway/admin/target/lib"
                                        + " gateway/admin/target/*.jar gateway/admin/target/bom.* \"$1\" -type f"
                                        + " -printf '%p %s %T@\\n' | sort",
                                Project.ROOT,
                                Path.of(System.getProperty("java.home"), "release"))
                        .output(),
                UTF_8);
    }

    /** Makes the packages of a copy of the project, under this umask and with these variables. */
    static Path make(Path project, String umask, String... variables) {
        Requirements.programs("dpkg-deb", "dpkg-shlibdeps", "strip");
        List<Object> words = new ArrayList<>(List.of("env", "POSTSEAL_BUILD=never", "POSTSEAL_COMPRESSION=fast"));
        words.add("SOURCE_DATE_EPOCH=" + TIME);
        Path folder = project.resolve(FOLDER);
        words.add("POSTSEAL_PACKAGES=" + folder);
        words.add("POSTSEAL_MAINTAINER=" + MAINTAINER);
        words.add("POSTSEAL_HOMEPAGE=" + HOMEPAGE);
        words.addAll(List.of(variables));
        words.addAll(List.of("sh", "-c", "umask " + umask + " && exec \"$0\"", project.resolve("bin/package")));
        Command.of(words).limit(600).output();
        return folder;
    }

    /** Returns the Debian package in a folder. */
    static Path deb(Path folder) {
        return only(folder, ".deb");
    }

    /** Finds the jar with the main class among what Maven has packed into a folder. */
    static Path program(Path folder) {
        return only(folder, file -> file.matches("gateway-admin-[\\d.]+\\.jar"), "gateway-admin-*.jar");
    }

    static Path only(Path folder, String ending) {
        return only(folder, file -> file.endsWith(ending), "*" + ending);
    }

    private static Path only(Path folder, Predicate<String> name, String what) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> name.test(file.getFileName().toString()))
                    .toList();
            if (found.size() != 1) {
                throw new AssertionError("not one " + what + " in " + folder + ": " + found);
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an older version of the package. One of its configuration files has changed since. */
    static Path older(Path deb, Path folder) {
        Path tree = folder.resolve("older");
        Command.of("dpkg-deb", "-R", deb, tree).output();
        try {
            Path control = tree.resolve("DEBIAN/control");
            Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*$", "Version: 0.0.1"));
            Path cases = tree.resolve("etc/postseal/policy.test.yaml");
            Files.writeString(cases, "# of the older version\n" + Files.readString(cases));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path older = folder.resolve("postseal_0.0.1_" + architecture() + ".deb");
        Command.of("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, older)
                .output();
        TemporaryHome.delete(tree);
        return older;
    }

    private static String architecture() {
        return new String(Command.of("dpkg", "--print-architecture").output(), UTF_8).strip();
    }
}
