package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.audit.SampleEvent.event;
import static org.postseal.gateway.audit.SampleEvent.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonAuditLogTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {"''|''", "one/|one/", "one/two/|one/two/", "one/torn|one/", "torn|''"})
    void tornLastLineIsCutOff(String before, String after) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Files.writeString(file, before.replace('/', '\n'));
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("x")));
        }
        assertThat(Files.readString(file)).isEqualTo(after.replace('/', '\n') + line("x"));
    }

    @ParameterizedTest
    @CsvSource({"8191", "8192", "8193", "20000"})
    void longTornLineIsCutOff(int length) throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Files.writeString(file, "whole\n" + "\0".repeat(length));
        JsonAuditLog.open(file).close();
        assertThat(Files.readString(file)).isEqualTo("whole\n");
    }

    @Test
    void secondWriterIsRefused() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            assertThatThrownBy(() -> JsonAuditLog.open(file))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + " is written by this process already");
            log.append(List.of(event("1")));
        }
        assertThat(Files.readString(file)).isEqualTo(line("1"));
    }

    @Test
    void rotatedFileIsFollowed() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        Path old = directory.resolve("audit.1");
        try (JsonAuditLog log = JsonAuditLog.open(file)) {
            log.append(List.of(event("1")));
            Files.move(file, old);
            log.append(List.of(event("2")));
            log.reopen();
            log.append(List.of(event("3")));
        }
        assertThat(Files.readString(old)).isEqualTo(line("1") + line("2"));
        assertThat(Files.readString(file)).isEqualTo(line("3"));
    }

    @Test
    void closedLogTakesNothing() throws IOException {
        JsonAuditLog log = JsonAuditLog.open(directory.resolve("audit.jsonl"));
        log.close();
        log.close();
        assertThatThrownBy(() -> log.append(List.of(event("1")))).hasMessage("audit log is closed");
        assertThatThrownBy(log::reopen).hasMessage("audit log is closed");
        assertThatThrownBy(log::requireWritable).hasMessage("audit log is closed");
    }
}
