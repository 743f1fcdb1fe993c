package org.postseal.gateway.e2e.load;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the short form of each row of a fleet. */
@Timeout(900)
class RowsOfFleetIT {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "FLEET_.*")
    void nothingIsLostNorSentTwiceWithoutDoubt(RowName name) throws Exception {
        Row row = name.row();
        RowsIT.judge(row, RowsIT.run(row));
    }
}
