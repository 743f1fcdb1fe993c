package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMarkTest {
    @TempDir
    private Path folder;

    @Test
    void countsWhatRuns() throws IOException {
        Path file = folder.resolve("mark");
        try (RunningMark mark = RunningMark.open(file)) {
            assertThat(mark.isSet()).isFalse();
            mark.begin();
            mark.begin();
            mark.end();
            assertThat(mark.isSet()).isTrue();
            mark.end();
            assertThat(mark.isSet()).isFalse();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void outlivesTheProcess() throws IOException {
        Path file = folder.resolve("mark");
        try (RunningMark mark = RunningMark.open(file)) {
            mark.begin();
        }
        try (RunningMark mark = RunningMark.open(file)) {
            assertThat(mark.isSet()).isTrue();
        }
    }

    @Test
    void belongsToOneGateway() throws IOException {
        Path file = folder.resolve("mark");
        try (RunningMark _ = RunningMark.open(file)) {
            assertThatThrownBy(() -> RunningMark.open(file))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + " is in use by another gateway");
        }
    }

    @Test
    void isMadeAnewIfItIsNoMark() throws IOException {
        Path file = Files.writeString(folder.resolve("mark"), "something else");
        try (RunningMark mark = RunningMark.open(file)) {
            assertThat(mark.isSet()).isFalse();
        }
        assertThat(Files.size(file)).isEqualTo(4);
    }
}
