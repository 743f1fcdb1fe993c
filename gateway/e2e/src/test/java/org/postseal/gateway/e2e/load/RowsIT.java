package org.postseal.gateway.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the short form of each row of one gateway: everything is counted, nothing is timed. */
@Timeout(900)
class RowsIT {
    private static final ExecutorService BESIDE = Executors.newSingleThreadExecutor();
    private static Optional<Future<Tally>> soak = Optional.empty();

    /** The soak row needs minutes and little of the machine, so it runs beside the others. */
    @BeforeAll
    static void beginToSoak() {
        soak = Optional.of(BESIDE.submit(() -> run(RowName.SOAK.row())));
    }

    @AfterAll
    static void end() {
        BESIDE.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "FLEET_.*")
    void nothingIsLostNorSentInClearWhereEncryptionIsRequired(RowName name) throws Exception {
        Row row = name.row();
        judge(row, name == RowName.SOAK ? soak.orElseThrow().get() : run(row));
    }

    static void judge(Row row, Tally tally) {
        assertThat(tally.faults()).as(tally.toString()).isEmpty();
        Row.Extent extent = row.extent();
        assertThat(tally.get(extent.unit())).as(tally.toString()).isEqualTo(extent.brief());
    }

    static Tally run(Row row) throws Exception {
        Tally tally = new Tally();
        Row.Extent extent = row.extent();
        for (int from = 0; from < extent.brief(); from += extent.batch()) {
            row.run(new Row.Steps(from, Math.min(extent.batch(), extent.brief() - from), true), tally);
        }
        return tally;
    }
}
