package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.testkit.AuditLine;

/**
 * Tests, between real sockets, other policies for a gateway that runs: from when on they count, and what is on record
 * of it.
 */
class ReloadIT extends ReloadFixture {
    @Test
    void aChangedFileCountsAndSoDoesTheWayBack() throws IOException {
        assertThat(send()).isEqualTo("250 2.0.0 queued as 4ABC");
        PolicyState first = gateway.policyState();
        assertThat(first)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        first.loadedAt(),
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(0, 0, Optional.empty())));

        change("policy.yaml", REFUSE);
        assertThat(send()).isEqualTo("550 5.7.1 Message refused by policy");
        change("policy.yaml", RELAY);
        assertThat(send()).isEqualTo("250 2.0.0 queued as 4ABC");

        assertThat(gateway.policyState())
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        NOW,
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(2, 0, Optional.empty())));
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(REFUSE),
                "refuse " + sha256(REFUSE),
                "policy-reloaded file change " + sha256(REFUSE) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
    }

    @Test
    void aBrokenFileChangesNothingAndIsNamedWithLineAndKey() throws IOException {
        change("policy.yaml", BROKEN);

        assertThat(send()).startsWith("250");
        PolicyState state = gateway.policyState();
        assertThat(state)
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        state.loadedAt(),
                        false,
                        2,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(0, 1, Optional.of(NOW))));
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "policy-reload-refused file change " + sha256(RELAY) + " " + sha256(BROKEN),
                "relay " + sha256(RELAY));
        assertThat(lines("policy-reload-refused").getFirst().value("postseal.problems"))
                .contains(List.of(
                        home.resolve("policy.yaml") + ":1: ruls: unknown key (nearest: rules)",
                        home.resolve("policy.yaml") + ":5: rules[0].then: unknown value 'rejct' (nearest: reject)"));

        change("policy.yaml", RELAY);
        assertThat(gateway.policyState())
                .isEqualTo(new PolicyState(
                        sha256(RELAY),
                        NOW,
                        false,
                        0,
                        Optional.empty(),
                        0,
                        new PolicyState.Reloads(1, 1, Optional.of(NOW))));
    }

    @Test
    void atASignalPolicyAndStoreCountTogetherOrNotAtAll() throws IOException {
        Path junk = Files.writeString(home.resolve("store/junk.pem"), "nothing");
        write("policy.yaml", REFUSE);
        reload.signalled();
        assertThat(send()).startsWith("250");

        // The policy itself is good, so it takes effect when its file is looked at
        reload.look();
        reload.look();
        assertThat(send()).startsWith("550");

        Files.delete(junk);
        write("policy.yaml", RELAY);
        reload.signalled();
        reload.look();
        reload.look();
        assertThat(send()).startsWith("250");
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "policy-reloaded file change " + sha256(RELAY) + " " + sha256(REFUSE),
                "refuse " + sha256(REFUSE),
                "policy-reloaded signal " + sha256(REFUSE) + " " + sha256(RELAY),
                "relay " + sha256(RELAY));
        // The fault is not in the policy
        AuditLine refused = lines("configuration-reload-refused").getFirst();
        assertThat(refused.text("file.hash.sha256")).isEqualTo(sha256(Files.readString(home.resolve("postseal.yaml"))));
        assertThat(refused.text("postseal.errors")).isEqualTo("1");
        assertThat(String.valueOf(refused.value("postseal.problems").orElseThrow()))
                .contains("junk.pem");
    }

    @Test
    void anotherNameInTheConfigurationWaitsForTheNextStart() throws IOException {
        write("other.yaml", REFUSE);
        Path config = home.resolve("postseal.yaml");
        String started = Files.readString(config);
        Files.writeString(config, started + "policy: other.yaml\n");
        reload.signalled();
        assertThat(send()).startsWith("250");

        write("policy.yaml", REFUSE);
        Files.writeString(config, started + "polcy: other.yaml\n");
        reload.signalled();
        assertThat(send()).startsWith("250");
        assertEvents(
                "policy-loaded start - " + sha256(RELAY),
                "policy-reloaded signal " + sha256(RELAY) + " " + sha256(RELAY),
                "relay " + sha256(RELAY),
                "relay " + sha256(RELAY));
        assertThat(lines("configuration-reload-refused").getFirst().value("postseal.problems"))
                .contains(List.of(config + ":5: polcy: unknown key (nearest: policy)"));
    }

    @Test
    void aBrokenPolicyDoesNotKeepTheAuditLogFromItsNewFile() throws IOException {
        write("policy.yaml", BROKEN);
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        reload.signalled();

        assertEvents("policy-reload-refused signal " + sha256(RELAY) + " " + sha256(BROKEN));
    }

    @Test
    void whatCannotBeRecordedDoesNotCountAndIsTriedAgain() throws IOException {
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        Files.createDirectory(home.resolve("admin.jsonl"));
        // The log notices at this reload that it cannot write
        reload.signalled();
        change("policy.yaml", REFUSE);
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));
        assertThat(gateway.policyState().reloads().lastFailureAt()).contains(NOW);

        Files.delete(home.resolve("admin.jsonl"));
        gateway.reopenAudit();
        reload.look();
        assertThat(send()).startsWith("550");
        assertEvents("policy-reloaded signal " + sha256(RELAY) + " " + sha256(REFUSE), "refuse " + sha256(REFUSE));
    }

    @Test
    void whatComesToTheStoreAndGoesIsOnRecord() throws IOException {
        reload.signalled();
        assertThat(lines("store-reloaded")).isEmpty();
        MailCertificate dora = CertificateAuthority.create("Other", NOW, NOW.plusSeconds(1000))
                .request(MailAddress.of("dora@partner.example"))
                .issue()
                .certificate();
        Path file = Files.writeString(home.resolve("store/dora.pem"), dora.toPem());
        reload.signalled();
        Files.delete(file);
        reload.signalled();
        reload.signalled();
        assertThat(lines("store-reloaded"))
                .extracting(line -> line.text("user.name") + " " + line.text("postseal.object") + " "
                        + line.text("postseal.details"))
                .containsExactly(
                        "postseal store:" + home.resolve("store") + " [certificate added "
                                + dora.id().hex() + " dora@partner.example]",
                        "postseal store:" + home.resolve("store") + " [certificate removed "
                                + dora.id().hex() + " dora@partner.example]");
    }

    @Test
    void aSignalWhoseRecordCannotBeWrittenIsTriedAgain() throws IOException {
        Files.move(home.resolve("admin.jsonl"), home.resolve("admin.1"));
        Files.createDirectory(home.resolve("admin.jsonl"));
        write("policy.yaml", REFUSE);
        reload.signalled();
        assertThat(reload.isSignalOwed()).isTrue();
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(RELAY));

        Files.delete(home.resolve("admin.jsonl"));
        reload.look();
        assertThat(reload.isSignalOwed()).isFalse();
        assertThat(gateway.policyState().sha256()).isEqualTo(sha256(REFUSE));
        assertEvents("policy-reloaded signal " + sha256(RELAY) + " " + sha256(REFUSE));
        // It is put in force only once
        reload.look();
        assertThat(AuditLine.read(home.resolve("admin.jsonl"))).hasSize(1);
    }
}
