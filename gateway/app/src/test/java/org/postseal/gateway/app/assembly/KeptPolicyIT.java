package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.AuditLine;

/** Tests, between real sockets, that the text of every policy in force is kept beside the audit log. */
class KeptPolicyIT extends ReloadFixture {
    @Test
    void theTextOfEachPolicyThatCountedIsKeptAndTheStartIsOnRecord() throws IOException {
        startAgain("policy: { file: policy.yaml, shadow: next.yaml }");
        change("policy.yaml", BROKEN);
        change("policy.yaml", REFUSE);
        change("next.yaml", policy("{ id: next, when: always, then: defer }"));
        try (Stream<Path> kept = Files.list(home.resolve("audit-evidence"))) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            sha256(RELAY) + ".yaml",
                            sha256(REFUSE) + ".yaml",
                            sha256(policy("{ id: next, when: always, then: defer }")) + ".yaml");
        }
        assertThat(home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml")).hasContent(REFUSE);
        AuditLine started = lines("gateway-started").getFirst();
        assertThat(started.text("service.version")).isEqualTo("development");
        assertThat(started.text("file.hash.sha256")).isEqualTo(sha256(Files.readString(home.resolve("postseal.yaml"))));
        assertThat(started.text("postseal.policy.sha256")).isEqualTo(sha256(RELAY));
    }

    @Test
    void aPolicyWhoseTextCannotBeKeptDoesNotCountAndIsTriedAgain() throws IOException {
        Path inTheWay = home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml");
        Files.createDirectories(inTheWay.resolve("folder"));
        change("policy.yaml", REFUSE);
        assertThat(send()).startsWith("250");
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));
        assertThat(gateway.policyState().reloads().lastFailureAt()).contains(NOW);
        assertThat(lines("policy-reloaded")).isEmpty();

        Files.delete(inTheWay.resolve("folder"));
        Files.delete(inTheWay);
        reload.look();
        assertThat(send()).startsWith("550");
        assertThat(inTheWay).hasContent(REFUSE);
    }

    @Test
    void withoutRoomForTheTextOfItsPolicyAGatewayDoesNotStart() throws IOException {
        gateway.close();
        Files.delete(home.resolve("audit-evidence/" + sha256(RELAY) + ".yaml"));
        Files.delete(home.resolve("audit-evidence"));
        Path inTheWay = Files.writeString(home.resolve("audit-evidence"), "no folder");
        assertThatThrownBy(() -> RunningGateway.start(new GatewayAssembly(), setup))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the text of policy " + sha256(RELAY) + " cannot be kept beside the audit log: ");
        assertThat(lines("policy-loaded")).hasSize(1);
        Files.delete(inTheWay);
        // What was read takes effect and is on record, whatever has become of the files since
        String configuration = Files.readString(home.resolve("postseal.yaml"));
        Files.writeString(home.resolve("postseal.yaml"), configuration + "# later\n");
        write("policy.yaml", REFUSE);
        gateway = RunningGateway.start(new GatewayAssembly(), setup);
        assertThat(send()).startsWith("250");
        assertThat(lines("gateway-started").getLast().text("file.hash.sha256")).isEqualTo(sha256(configuration));
        assertThat(home.resolve("audit-evidence/" + sha256(RELAY) + ".yaml")).hasContent(RELAY);
        assertThat(home.resolve("audit-evidence/" + sha256(REFUSE) + ".yaml")).doesNotExist();
    }
}
