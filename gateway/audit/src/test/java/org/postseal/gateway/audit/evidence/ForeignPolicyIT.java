package org.postseal.gateway.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/** A gateway starts even if the text of its policy is in a file of another user beside the log. */
final class ForeignPolicyIT {
    private static final PolicyText TEXT = PolicyText.of("version: 1 # restored\n".getBytes(UTF_8));
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    /** Runs a command as root without the capabilities to read and change the files of others. */
    private static final List<String> SERVICE = List.of(
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search,-fowner",
            "--inh-caps=-dac_override,-dac_read_search,-fowner");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r--r--"})
    void aTextOfAnotherUserIsWrittenAnew(String mode) throws IOException {
        Requirements.programs("setpriv");
        Requirements.root("a file of another user");
        AuditConfig config = AuditConfig.of(folder.resolve("audit.jsonl"));
        Files.createDirectory(config.evidence());
        Path file = Files.write(config.evidence().resolve(TEXT.sha256() + ".yaml"), TEXT.octets());
        // The file has an older time than the policy needs, so its time must be changed.
        Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(99_999)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Command.of("chown", "4711:4711", file).output();
        List<Object> command = new ArrayList<>(SERVICE);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                config.file()));
        Command.Result start = Command.of(command).run();
        assertThat(start).as(start.toString()).matches(Command.Result::isSuccess);
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(NOW);
        assertThat(KeptPolicy.read(config.evidence(), TEXT.sha256())).isInstanceOf(KeptPolicy.Kept.class);
    }

    /** Does in its own process what a start does with the text of its policy. */
    static final class Start {
        private Start() {}

        /** @param arguments the path of the log file */
        public static void main(String[] arguments) throws IOException {
            try (AuditLog log = AuditLogs.open(AuditConfig.of(Path.of(arguments[0])), () -> NOW)) {
                log.append(List.of(Records.read(NOW, "policy-loaded", TEXT)));
            }
        }
    }
}
