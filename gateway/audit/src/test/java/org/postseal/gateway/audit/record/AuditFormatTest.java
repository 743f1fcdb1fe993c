package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.audit.SampleEvent.event;
import static org.postseal.gateway.audit.SampleEvent.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.SampleEvent;
import org.postseal.gateway.audit.write.JsonAuditLog;

/** Compares the whole line of each kind of event. */
final class AuditFormatTest {
    @TempDir
    Path directory;

    @Test
    void oneLinePerEvent() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1"), event("2\n\u202e\"")));
            log.append(List.of());
            assertThat(Files.readString(file)).isEqualTo(line("1") + line("2\\u000a\\u202e\\\""));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("3")));
        }
        assertThat(Files.readString(file)).isEqualTo(line("1") + line("2\\u000a\\u202e\\\"") + line("3"));
    }

    @Test
    void changesOfTheDirectoryAreLinesToo() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(new AuditEvent.DirectoryChanged(
                    Instant.parse("2026-11-24T10:15:30Z"),
                    "root",
                    "cert-pin",
                    "certificate:ab12",
                    List.of("alice@example.com"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"cert-pin\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"user.name\":\"root\","
                        + "\"postseal.object\":\"certificate:ab12\",\"postseal.details\":[\"alice@example.com\"]}\n");
    }

    @Test
    void whatWasReadOfAPolicyIsALine() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Instant time = Instant.parse("2026-11-24T10:15:30Z");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(
                    new AuditEvent.PolicyRead(
                            time,
                            "policy-reloaded",
                            "signal",
                            "observe",
                            "policy.yaml",
                            Optional.of("ab12"),
                            Optional.of("cd34"),
                            List.of(),
                            0,
                            Optional.empty()),
                    new AuditEvent.PolicyRead(
                            time,
                            "shadow-load-refused",
                            "start",
                            "enforce",
                            "next.yaml",
                            Optional.empty(),
                            Optional.empty(),
                            List.of("next.yaml: no such file"),
                            0,
                            Optional.empty())));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"policy-reloaded\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"postseal.trigger\":\"signal\","
                        + "\"postseal.mode\":\"observe\",\"file.path\":\"policy.yaml\",\"file.hash.sha256\":\"cd34\","
                        + "\"postseal.policy.before\":\"ab12\"}\n"
                        + "{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"shadow-load-refused\","
                        + "\"event.outcome\":\"failure\",\"postseal.format\":1,\"postseal.trigger\":\"start\","
                        + "\"postseal.mode\":\"enforce\",\"file.path\":\"next.yaml\","
                        + "\"postseal.problems\":[\"next.yaml: no such file\"]}\n");
    }

    @Test
    void anotherConfigurationIsALine() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(new AuditEvent.ConfigurationReloaded(
                    Instant.parse("2026-11-24T10:15:30Z"),
                    "signal",
                    "postseal.yaml",
                    Optional.of("cd34"),
                    List.of("listeners", "TLS files"),
                    List.of("mode"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"configuration-reloaded\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"postseal.trigger\":\"signal\","
                        + "\"file.path\":\"postseal.yaml\",\"file.hash.sha256\":\"cd34\","
                        + "\"postseal.changes\":[\"listeners\",\"TLS files\"],\"postseal.waiting\":[\"mode\"]}\n");
    }

    @Test
    void aStartAndARefusedConfigurationAreLines() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Instant time = Instant.parse("2026-11-24T10:15:30Z");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(
                    new AuditEvent.GatewayStarted(
                            time, "1.0", "enforce", "postseal.yaml", Optional.of("ab12"), "cd34", Optional.of("ef56")),
                    new AuditEvent.ConfigurationRefused(
                            time,
                            "signal",
                            "postseal.yaml",
                            Optional.of("ab12"),
                            2,
                            List.of("postseal.yaml:1: a: wrong", "postseal.yaml:2: b: wrong"))));
        }
        assertThat(Files.readString(file))
                .isEqualTo("{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"gateway-started\","
                        + "\"event.outcome\":\"success\",\"postseal.format\":1,\"service.version\":\"1.0\","
                        + "\"postseal.mode\":\"enforce\",\"file.path\":\"postseal.yaml\",\"file.hash.sha256\":\"ab12\","
                        + "\"postseal.policy.sha256\":\"cd34\",\"postseal.shadow.sha256\":\"ef56\"}\n"
                        + "{\"@timestamp\":\"2026-11-24T10:15:30Z\"," + SampleEvent.ADMIN
                        + "\"event.action\":\"configuration-reload-refused\","
                        + "\"event.outcome\":\"failure\",\"postseal.format\":1,\"postseal.trigger\":\"signal\","
                        + "\"file.path\":\"postseal.yaml\",\"file.hash.sha256\":\"ab12\",\"postseal.errors\":2,"
                        + "\"postseal.problems\":[\"postseal.yaml:1: a: wrong\",\"postseal.yaml:2: b: wrong\"]}\n");
    }

    @Test
    void modeAndShadowStandBehindTheRest() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        AuditEvent.Shadow decided = new AuditEvent.Shadow(
                "ef56", "next", "reject", "", "", Optional.of("POLICY_REFUSED"), Optional.of(true), Optional.empty());
        AuditEvent.Shadow unknown = new AuditEvent.Shadow(
                "ef56", "", "unknown", "", "", Optional.empty(), Optional.empty(), Optional.of("too slow"));
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1", true, Optional.of(decided)), event("2", false, Optional.of(unknown))));
        }
        String first = line("1")
                .replace(
                        "}\n",
                        ",\"postseal.mode\":\"observe\",\"postseal.shadow.sha256\":\"ef56\","
                                + "\"postseal.shadow.rule\":\"next\",\"postseal.shadow.decision\":\"reject\","
                                + "\"postseal.shadow.protection\":\"\",\"postseal.shadow.incoming\":\"\","
                                + "\"postseal.shadow.reason\":\"POLICY_REFUSED\",\"postseal.shadow.differs\":true}\n");
        String second = line("2")
                .replace(
                        "}\n",
                        ",\"postseal.shadow.sha256\":\"ef56\",\"postseal.shadow.rule\":\"\","
                                + "\"postseal.shadow.decision\":\"unknown\",\"postseal.shadow.protection\":\"\","
                                + "\"postseal.shadow.incoming\":\"\",\"postseal.shadow.detail\":\"too slow\"}\n");
        assertThat(Files.readString(file)).isEqualTo(first + second);
    }
}
