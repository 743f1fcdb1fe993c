package org.postseal.gateway.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MatrixTest {
    private static final Optional<Limit> TRIED =
            Optional.of(new Limit(PeerName.NSS, "does not sing", "cannot sing", _ -> true));
    private static final Optional<Limit> WITHOUT_OPTION =
            Optional.of(new Limit(PeerName.NSS, "does not dance", _ -> true));

    @Test
    void whatIsRightIsGoodOnlyWithoutALimit() {
        assertThat(Matrix.outcome(new Trial.Good(), Optional.empty())).isEqualTo(new Outcome.Ok());
        assertThat(Matrix.outcome(new Trial.Good(), TRIED))
                .isEqualTo(new Outcome.Failed("limit no longer true, remove it: does not sing"));
        assertThat(Matrix.outcome(new Trial.Good(), WITHOUT_OPTION))
                .isEqualTo(new Outcome.Failed("limit no longer true, remove it: does not dance"));
    }

    @Test
    void aRefusalIsALimitOnlyInItsWords() {
        assertThat(Matrix.outcome(new Trial.PeerRefused("error: cannot sing today"), TRIED))
                .isEqualTo(new Outcome.Limited(TRIED.orElseThrow()));
        assertThat(Matrix.outcome(new Trial.PeerRefused("no such file"), TRIED))
                .isEqualTo(new Outcome.Failed("the peer refuses: no such file"));
        assertThat(Matrix.outcome(new Trial.PeerRefused("cannot sing"), WITHOUT_OPTION))
                .isEqualTo(new Outcome.Failed("the peer refuses: cannot sing"));
        assertThat(Matrix.outcome(new Trial.PeerRefused("cannot sing"), Optional.empty()))
                .isEqualTo(new Outcome.Failed("the peer refuses: cannot sing"));
    }

    @Test
    void whatCannotBeAskedForIsALimitOnlyWhereOneSaysSo() {
        assertThat(Matrix.outcome(new Trial.NotAskable(), WITHOUT_OPTION))
                .isEqualTo(new Outcome.Limited(WITHOUT_OPTION.orElseThrow()));
        assertThat(Matrix.outcome(new Trial.NotAskable(), TRIED))
                .isEqualTo(new Outcome.Failed("the peer cannot be asked, and no limit says so"));
    }

    @Test
    void noLimitExcusesWhatIsWrong() {
        assertThat(Matrix.outcome(new Trial.Wrong("other octets"), TRIED))
                .isEqualTo(new Outcome.Failed("other octets"));
    }

    @Test
    void noTwoLinesAreTheSame() {
        List<String> words = Matrix.lines().stream().map(Line::words).toList();

        assertThat(new HashSet<>(words)).hasSameSizeAs(words);
    }
}
