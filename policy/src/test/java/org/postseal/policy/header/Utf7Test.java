package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf7Test {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi Mom -+Jjo--! | Hi Mom -☺-!",
                "+ZeVnLIqe- | 日本語",
                "+ZeVnLIqe | 日本語",
                "+ZeVnLIqe. | 日本語.",
                "1 +- 1 | 1 + 1",
                "+2D3eAA- | 😀",
                "R&D | R&D"
            })
    void wellFormedTextHasOneReading(String octets, String text) {
        assertThat(Utf7.isWellFormed(octets, false)).isTrue();
        assertThat(Utf7.decode(octets, false)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+A'GM-",
                "+A-",
                "+AG-",
                "+AGN-",
                "+AGMA-",
                "+",
                "1 + 1",
                "+'",
                "+2D0-",
                "+3gA-",
                "gr\u00fcn",
                "+AGM=-+A"
            })
    void otherTextIsMalformed(String octets) {
        assertThat(Utf7.isWellFormed(octets, false)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"&AGM-, true", "R&-D, true", "1 + 1, true", "R&D, false", "&AGM, false", "&A'GM-, false"})
    void theVariantOfImapHasAnotherMark(String octets, boolean isWellFormed) {
        assertThat(Utf7.isWellFormed(octets, true)).isEqualTo(isWellFormed);
    }
}
