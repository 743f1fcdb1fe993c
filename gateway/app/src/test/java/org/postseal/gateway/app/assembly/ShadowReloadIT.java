package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Received;

/** Tests, between real sockets, policies that decide nothing for now: those in shadow, and those that are observed. */
class ShadowReloadIT extends ReloadFixture {
    @Test
    void aShadowPolicyComesChangesBreaksAndGoesByItself() throws IOException {
        startAgain("policy: { file: policy.yaml, shadow: next.yaml }");
        assertThat(gateway.policyState().shadowProblems()).isZero();
        send();

        change("next.yaml", REFUSE);
        send();
        assertThat(gateway.policyState().shadowSha256()).contains(sha256(REFUSE));

        change("next.yaml", BROKEN);
        send();
        assertThat(gateway.policyState().shadowSha256()).contains(sha256(REFUSE));
        assertThat(gateway.policyState().shadowProblems()).isEqualTo(2);
        assertThat(gateway.policyState().problems()).isZero();

        write("next.yaml", RELAY);
        write("policy.yaml", BROKEN);
        reload.signalled();
        send();

        // The administrator is content with the shadow policy, and puts it in force
        Files.move(home.resolve("next.yaml"), home.resolve("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
        reload.look();
        reload.look();
        send();

        assertThat(hop.received()).hasSize(5);
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "shadow-reloaded file change - " + sha256(REFUSE),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true",
                "shadow-reload-refused file change " + sha256(REFUSE) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true",
                "shadow-reloaded signal " + sha256(REFUSE) + " " + sha256(RELAY),
                "policy-reload-refused signal " + sha256(RELAY) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY) + ", shadow relay " + sha256(RELAY) + " differs false",
                "shadow-ended file change " + sha256(RELAY) + " -",
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
    }

    @Test
    void aShadowPolicyThatIsBrokenAtTheStartIsOnRecordAndMendedLater() throws IOException {
        write("next.yaml", BROKEN);
        startAgain("policy: { shadow: next.yaml }");
        PolicyState state = gateway.policyState();
        assertThat(state)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        state.loadedAt(),
                        false,
                        0,
                        Optional.empty(),
                        2,
                        new PolicyState.Reloads(0, 0, Optional.empty())));
        reload.look();
        reload.look();
        send();
        change("next.yaml", REFUSE);
        send();

        assertThat(gateway.policyState().shadowProblems()).isZero();
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "shadow-load-refused start - " + sha256(BROKEN),
                "relay " + sha256(RELAY),
                "shadow-reloaded file change - " + sha256(REFUSE),
                "relay " + sha256(RELAY) + ", shadow refuse " + sha256(REFUSE) + " differs true");
    }

    @Test
    void inObserveModeMailLeavesAsItCameWhateverThePolicyIs() throws IOException {
        write("policy.yaml", REFUSE);
        startAgain("mode: observe");
        assertThat(send()).startsWith("250");
        change("policy.yaml", policy("{ id: seal, when: always, then: { sign: required, encrypt: required } }"));
        assertThat(send()).startsWith("250");

        assertThat(gateway.policyState().isObserved()).isTrue();
        assertThat(hop.received()).hasSize(2);
        for (Received received : hop.received()) {
            assertThat(received.text()).startsWith("Received: from ").endsWith(new String(message(), ISO_8859_1));
            assertThat(received.text().length() - message().length)
                    .isEqualTo(received.text().indexOf("X-Postseal-Note: forged"));
        }
        assertThat(lines("policy-loaded").getFirst().text("postseal.mode")).isEqualTo("observe");
        List<AuditLine> done = lines("recipient-done");
        assertThat(done).extracting(line -> line.text("postseal.mode")).containsExactly("observe", "observe");
        assertThat(done).extracting(line -> line.text("postseal.decision")).containsExactly("reject", "deliver");
        assertThat(done)
                .extracting(line -> line.text("postseal.protection"))
                .containsExactly("", "signed SHA256, encrypted AES256_CBC ECDH");
    }
}
