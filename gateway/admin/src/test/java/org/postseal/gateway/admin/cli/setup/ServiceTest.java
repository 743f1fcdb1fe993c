package org.postseal.gateway.admin.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.support.Program;

/** Writes down what is asked of systemd, and answers. */
final class ServiceTest {
    private final List<String> asked = new ArrayList<>();
    private final Set<String> failing = new HashSet<>();
    private final Machine machine =
            new Machine(Machine.here().postconf(), _ -> true, _ -> true, true, (_, words) -> ran(words));
    private final Service service = new Service(machine, SetupPlaces.of(SetupPlaces.PACKAGED));

    @Test
    void aServiceThatDoesNotRunIsStartedForGood() {
        failing.add("is-active");
        Step step = service.step();

        assertThat(step.isDone().getAsBoolean()).isFalse();
        step.work().run();
        assertThat(asked).last().isEqualTo("systemctl enable --now postseal.service");
        failing.clear();
        assertThat(step.isDone().getAsBoolean()).isTrue();
    }

    @Test
    void whatIsNotEnabledIsNotDone() {
        failing.add("is-enabled");
        assertThat(service.step().isDone().getAsBoolean()).isFalse();
    }

    @Test
    void aServiceThatRunsIsStoppedForGood() {
        assertThat(service.stop()).isTrue();
        assertThat(asked).last().isEqualTo("systemctl disable --now postseal.service");
    }

    @Test
    void aServiceThatDoesNotStartEndsTheSetup() {
        failing.add("enable");
        assertThatThrownBy(service.step().work()::run)
                .hasMessage("systemctl enable --now postseal.service failed: it says why");
    }

    @Test
    void withoutTheUnitNothingIsAskedOfSystemd() {
        failing.add("cat");
        assertThat(service.stop()).isFalse();
        Service elsewhere = new Service(machine, SetupPlaces.of(Path.of("/srv/postseal.yaml")));
        assertThat(elsewhere.isThere()).isFalse();
        assertThat(asked).containsExactly("systemctl cat postseal.service");
    }

    private Program ran(List<String> words) {
        asked.add(String.join(" ", words));
        return failing.contains(words.get(1)) ? new Program(1, "", "it says why") : new Program(0, "", "");
    }
}
