package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;

/**
 * Makes the jars again from a copy of the sources in another folder, with another umask, language, time zone and user
 * name. Error Prone is left out there: it does not change what is compiled, and costs most of the time. {@link
 * PackagesIT} tests what packs the jars.
 */
final class ReproducibleIT {
    @TempDir
    private Path folder;

    @Test
    void builtElsewhereTheJarsAreTheSameOctetForOctet() throws IOException {
        Requirements.programs("mvn");
        Path copy = Files.createDirectory(folder.resolve("with a blank"));
        copySources(copy);
        List<Object> words = List.of(
                "env",
                "TZ=Asia/Kathmandu",
                "LC_ALL=C.UTF-8",
                // In Turkish, changing the case of an i gives a letter that identifiers do not have.
                "JAVA_TOOL_OPTIONS=-Duser.language=tr -Duser.country=TR"
                        + " -Duser.timezone=Asia/Kathmandu -Duser.name=somebody",
                "sh",
                "-c",
                "umask 077 && cd \"$0\" && exec mvn -o -B -ntp -q \"$@\" package",
                copy,
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "-Denforcer.skip=true",
                "-Dcyclonedx.skip=true");
        Command.of(words).limit(600).output();

        Map<String, String> ours = sums(Project.ROOT);
        assertThat(ours.keySet())
                .filteredOn(name -> name.matches("(certstore|policy|gateway)-.*"))
                .hasSize(Math.toIntExact(Project.modules().stream()
                        .filter(module -> !module.equals("gateway/testkit")
                                && Files.isDirectory(Project.file(module).resolve("src/main")))
                        .count()));
        assertThat(sums(copy)).isEqualTo(ours);
    }

    private static void copySources(Path copy) throws IOException {
        String pom = Files.readString(Project.ROOT.resolve("pom.xml"));
        String plain = pom.replaceAll(".*-Xplugin:ErrorProne.*\n", "");
        assertThat(plain).isNotEqualTo(pom);
        Files.writeString(copy.resolve("pom.xml"), plain);
        // The program brings the files of the package with it.
        for (String file : List.of(
                "packaging/Unsigned.java",
                "packaging/etc/postseal.yaml",
                "etc/policy.yaml",
                "etc/policy.test.yaml",
                "docs/troubleshooting.md")) {
            Path to = copy.resolve(file);
            Files.createDirectories(to.resolveSibling(""));
            Files.copy(Project.ROOT.resolve(file), to);
        }
        for (String module : Project.modules()) {
            Path from = Project.file(module);
            Path to = Files.createDirectories(copy.resolve(module + "/src"));
            if (Files.isDirectory(from.resolve("src/main"))) {
                Command.of("cp", "-R", from.resolve("src/main"), to).output();
            }
            Files.copy(from.resolve("pom.xml"), to.resolveSibling("pom.xml"));
        }
        for (String parent : List.of("certstore", "gateway")) {
            Files.copy(
                    Project.file(parent).resolve("pom.xml"),
                    copy.resolve(parent).resolve("pom.xml"));
        }
        // The files have the modes that git gives them under that umask.
        Command.of("chmod", "-R", "go-rwx", copy).output();
    }

    /** Returns the SHA-256 of what is shipped: the gateway's jar, those of the other modules, and libraries. */
    private static Map<String, String> sums(Path project) throws IOException {
        Path target = project.resolve("gateway/admin/target");
        List<Path> jars = new ArrayList<>(List.of(Packages.program(target)));
        try (Stream<Path> files = Files.list(target.resolve("lib"))) {
            jars.addAll(files.toList());
        }
        Map<String, String> sums = new TreeMap<>();
        for (Path jar : jars) {
            sums.put(
                    jar.getFileName().toString(),
                    new String(Command.of("sha256sum", jar).output(), UTF_8).split(" ", 2)[0]);
        }
        return sums;
    }
}
