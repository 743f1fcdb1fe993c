package org.postseal.gateway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.e2e.Requirements;

/** Every cell of {@code docs/interop.md}, run. */
class InteropIT {
    private static Matrix matrix;

    @BeforeAll
    static void run() throws InterruptedException {
        Requirements.peers();
        matrix = InteropRun.matrix();
    }

    @Test
    void everyCellIsGoodOrALimitOfThePeer() {
        assertThat(matrix.failures()).isEmpty();
    }

    @Test
    void everyLimitIsMet() {
        List<Limit> met = matrix.outcomes().values().stream()
                .flatMap(outcome -> outcome instanceof Outcome.Limited(Limit limit)
                        ? java.util.stream.Stream.of(limit)
                        : java.util.stream.Stream.of())
                .distinct()
                .toList();
        assertThat(met).containsExactlyInAnyOrder(Limit.values());
    }

    /** Another version of a peer may do otherwise; then its section is not compared. */
    @Test
    void thePageHoldsTheseTables() throws IOException {
        String page = Files.readString(Path.of("../docs/interop.md"));
        Tables tables = new Tables(matrix);
        List<String> sections = matrix.versions().keySet().stream()
                .filter(peer -> page.contains(tables.heading(peer)))
                .map(tables::section)
                .toList();

        assertThat(Arrays.stream(PeerName.values()).map(PeerName::title))
                .allMatch(title -> page.contains("## " + title));
        assertThat(sections).allSatisfy(section -> assertThat(page).contains(section));
    }
}
