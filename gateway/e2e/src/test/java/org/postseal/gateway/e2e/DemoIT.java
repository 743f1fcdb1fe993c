package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.demo.Demo;
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
