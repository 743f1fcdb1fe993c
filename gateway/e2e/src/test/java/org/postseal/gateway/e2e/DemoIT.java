package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.demo.Demo;
import org.postseal.gateway.app.demo.FleetDemo;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;

/** The demonstration prints what it should, and openssl judges everything that leaves. */
class DemoIT {
    @Test
    void everySceneThatSendsIsJudgedByOpenssl() throws IOException {
        Requirements.programs("openssl");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        boolean kept = new Demo(new GatewayAssembly(), new PrintStream(out, true, UTF_8)).run();

        String said = out.toString(UTF_8);
        assertThat(kept).as(said).isTrue();
        assertThat(judgements(said.lines().toList())).isEqualTo(Map.of('a', 1, 'b', 1, 'c', 2, 'd', 1, 'e', 0));
    }

    @Test
    void aFleetLosesAGatewayAndEachRecipientHasOneCopy() throws IOException {
        Requirements.programs("haproxy", "../lib/postgresql/17/bin/initdb");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> launcher = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                GatewayProcess.classPath(),
                "org.postseal.gateway.admin.Main");

        boolean kept = new FleetDemo(new GatewayAssembly(), launcher, new PrintStream(out, true, UTF_8)).run();

        String said = out.toString(UTF_8);
        assertThat(kept).as(said).isTrue();
        assertThat(said)
                .containsPattern("emil: (gw-[12]) has the message\\n(.*\\n)+  emil: (?!\\1)gw-[12] says 250 ")
                .containsPattern("fay: (gw-[12]) has half of the message\\n  \\1 is killed")
                .containsPattern("\\n  (gw-[12]) is killed (.*\\n)+  fay: (?!\\1)gw-[12] says 250 ")
                .contains("\n  1 for fay@partner.example\n");
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(ProcessHandle::info)
                        .flatMap(info -> info.commandLine().stream()))
                .noneMatch(command -> command.contains("postseal-demo-"));
    }

    /** Returns how many lines of openssl there are, by the letter of the scene. */
    private static Map<Character, Integer> judgements(List<String> lines) {
        Map<Character, Integer> counts = new TreeMap<>();
        char scene = ' ';
        for (String line : lines) {
            if (line.matches("\\([a-e]\\) .*")) {
                scene = line.charAt(1);
                counts.put(scene, 0);
            } else if (line.startsWith("  openssl ")) {
                counts.merge(scene, 1, Integer::sum);
            }
        }
        return counts;
    }
}
