package org.postseal.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which answers depend on a look-up that failed. */
class TruthTest {
    @ParameterizedTest
    @CsvSource({
        "y, y, y, y, n",
        "y, n, n, y, n",
        "y, ?, ?, y, n",
        "n, y, n, y, y",
        "n, n, n, n, y",
        "n, ?, n, ?, y",
        "?, y, ?, y, ?",
        "?, n, n, ?, ?",
        "?, ?, ?, ?, ?"
    })
    void isSettledAsSoonAsItCanBe(char left, char right, char and, char or, char notLeft) {
        assertThat(truth(left).and(truth(right))).isEqualTo(truth(and));
        assertThat(truth(left).or(truth(right))).isEqualTo(truth(or));
        assertThat(truth(left).not()).isEqualTo(truth(notLeft));
    }

    private static Truth truth(char letter) {
        return letter == '?' ? new Truth.NotKnown("down") : Truth.of(letter == 'y');
    }
}
