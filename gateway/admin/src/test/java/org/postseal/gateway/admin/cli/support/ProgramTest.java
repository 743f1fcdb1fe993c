package org.postseal.gateway.admin.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs programs of the machine. */
final class ProgramTest {
    @Test
    void whatAProgramSaysIsKept() {
        assertThat(Program.run("in", List.of("sh", "-c", "cat; echo err >&2; exit 3")))
                .contains(new Program(3, "in", "err\n"));
        assertThat(new Program(3, "in", "err\n").complaint()).isEqualTo("err");
        assertThat(new Program(3, "in\n", "").complaint()).isEqualTo("in");
    }

    @Test
    void aProgramThatHangsIsEnded() {
        assertThat(Program.run(Duration.ofMillis(50), "", List.of("sleep", "1000")))
                .contains(new Program(-1, "", "it does not end"));
    }

    /** A daemon keeps the output of the program that has started it. */
    @Test
    void whatAProgramLeavesBehindIsNotWaitedFor() {
        assertThat(Program.run("", List.of("sh", "-c", "sleep 1000 & echo $!"))).hasValueSatisfying(ran -> {
            assertThat(ran.isSuccess()).isTrue();
            assertThat(ProcessHandle.of(Long.parseLong(ran.output().strip())).map(ProcessHandle::destroyForcibly))
                    .contains(true);
        });
    }

    @Test
    void aProgramThatIsNotThereIsNone() {
        assertThat(Program.run("", List.of("/nonexistent/program"))).isEmpty();
    }
}
