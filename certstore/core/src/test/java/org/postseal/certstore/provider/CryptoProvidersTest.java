package org.postseal.certstore.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class CryptoProvidersTest {
    @Test
    void nativeCodeStandsInFrontAndLeavesTheRestAlone() throws Exception {
        assumeTrue(
                NativeEngine.load() instanceof NativeEngine.Present || System.getenv("CI") != null,
                "no native provider on this machine");
        assertThat(run("-Dunused=1"))
                .isEqualTo(all(
                        List.of("engine NATIVE true", "first true last BC others kept true", "gcm Postseal"),
                        List.of("provider Postseal", "provider SUN", "ECDSA by [Brainpool 3 0, Postseal 3 0]")));
    }

    @Test
    void javaAloneWhenAskedFor() throws Exception {
        assertThat(run("-D" + CryptoProviders.PROPERTY + "=java"))
                .isEqualTo(all(
                        List.of("engine JAVA true", "first false last BC others kept true", "gcm SunJCE"),
                        List.of("provider SUN", "provider SunRsaSign", "ECDSA by [Brainpool 3 0, SunEC 3 0]")));
    }

    @Test
    void javaAloneWhenTheLibraryIsMissing() throws Exception {
        String without = Stream.of(classPath().split(File.pathSeparator))
                .filter(entry -> !entry.contains("AmazonCorretto"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(run("-Dunused=1", without).getFirst()).isEqualTo("engine JAVA true");
    }

    @Test
    void theAdminsLimitsStay() throws Exception {
        assertThat(run("-Dorg.bouncycastle.asn1.max_cons_depth=40").getLast()).isEqualTo("depth 40");
    }

    /** Returns these lines together with those that are the same for every engine. */
    private static List<String> all(List<String> first, List<String> reported) {
        List<String> lines = new ArrayList<>(first);
        lines.addAll(List.of(
                "ml-dsa true",
                "RSA2048 usable true signatures 8 recovered true",
                "P256 usable true signatures 4",
                "P384 usable true signatures 4",
                "P521 usable true signatures 4",
                "BRAINPOOLP256R1 usable true signatures 4",
                "BRAINPOOLP384R1 usable true signatures 4",
                "BRAINPOOLP512R1 usable true signatures 4",
                "ED25519 usable true signatures 1",
                "X25519 usable true signatures 0"));
        lines.addAll(reported);
        lines.add("depth 32");
        return lines;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static List<String> run(String option) throws Exception {
        return run(option, classPath());
    }

    private static List<String> run(String option, String classPath) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                option,
                "-cp",
                classPath,
                InstalledProbe.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(line -> !line.contains("cryptography:")).toList();
    }
}
