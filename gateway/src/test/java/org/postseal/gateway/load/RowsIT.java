package org.postseal.gateway.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of each row: everything is counted, nothing is timed. */
@Timeout(900)
class RowsIT {
    @ParameterizedTest
    @EnumSource(RowName.class)
    void nothingIsLostNorSentInClearWhereEncryptionIsRequired(RowName name) throws Exception {
        Row row = name.row();
        Tally tally = new Tally();
        for (int from = 0; from < row.brief(); from += row.batch()) {
            row.run(new Row.Steps(from, Math.min(row.batch(), row.brief() - from), true), tally);
        }
        assertThat(tally.faults()).as(tally.toString()).isEmpty();
        assertThat(tally.get(row.unit())).as(tally.toString()).isEqualTo(row.brief());
    }
}
