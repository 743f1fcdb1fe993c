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
import org.postseal.gateway.testkit.Requirements;

/**
 * The jars that Maven makes, made again from a copy of the sources in another folder, by somebody with another umask, language, time zone and name. Error Prone is left out there: it
 * reads what is compiled and costs most of the time. What packs the jars is tried by {@link PackagesIT}.
 */
final class ReproducibleIT {
    private static final List<String> MODULES = List.of("certstore", "policy", "gateway");

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
                // in whose language i is no letter of identifiers
                "JAVA_TOOL_OPTIONS=-Duser.language=tr -Duser.country=TR -Duser.timezone=Asia/Kathmandu -Duser.name=somebody",
                "sh",
                "-c",
                "umask 077 && cd \"$0\" && exec mvn -o -B -ntp -q \"$@\" package",
                copy,
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "-Denforcer.skip=true",
                "-Dcyclonedx.skip=true");
        Command.of(words).limit(600).output();

        Map<String, String> ours = sums(Packages.PROJECT);
        assertThat(ours.keySet())
                .filteredOn(name -> name.matches("(certstore|policy|gateway)-.*"))
                .hasSize(MODULES.size());
        assertThat(sums(copy)).isEqualTo(ours);
    }

    private static void copySources(Path copy) throws IOException {
        String pom = Files.readString(Packages.PROJECT.resolve("pom.xml"));
        String plain = pom.replaceAll(".*-Xplugin:ErrorProne.*\n", "");
        assertThat(plain).isNotEqualTo(pom);
        Files.writeString(copy.resolve("pom.xml"), plain);
        Path tools = Files.createDirectory(copy.resolve("packaging"));
        Files.copy(Packages.PROJECT.resolve("packaging/Unsigned.java"), tools.resolve("Unsigned.java"));
        for (String module : MODULES) {
            Path from = Packages.PROJECT.resolve(module);
            Path to = Files.createDirectories(copy.resolve(module + "/src"));
            Command.of("cp", "-R", from.resolve("src/main"), to).output();
            Files.copy(from.resolve("pom.xml"), to.resolveSibling("pom.xml"));
        }
        // as git makes them under that umask
        Command.of("chmod", "-R", "go-rwx", copy).output();
    }

    /** SHA-256 of what is shipped: the gateway's jar, those of the other modules, and libraries. */
    private static Map<String, String> sums(Path project) throws IOException {
        Path target = project.resolve("gateway/target");
        List<Path> jars = new ArrayList<>(List.of(Packages.only(target, ".jar")));
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
