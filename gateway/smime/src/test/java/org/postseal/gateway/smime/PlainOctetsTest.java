package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainOctetsTest {
    static final List<String> BER = List.of(
            "3003020105",
            "3080020105" + "0000",
            "308030800000020105" + "0000",
            "3081030201" + "05",
            "3f8101030201" + "05",
            "30800000");

    @ParameterizedTest
    @FieldSource("BER")
    void anObjectEndsWhereItsOctetsEnd(String object) throws Exception {
        assertThat(isOneObject(object)).isTrue();
        for (int i = 2; i < object.length(); i += 2) {
            assertThat(isOneObject(object.substring(0, i))).isFalse();
        }
        assertThat(isOneObject(object + "00")).isFalse();
        assertThat(isOneObject(object + "0000")).isFalse();
        assertThat(isOneObject(object + object)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3089010000000000000000", "3088ffffffffffffffff", "30ff", ""})
    void aLengthBeyondTheOctetsIsNoEnd(String object) throws Exception {
        assertThat(isOneObject(object)).isFalse();
    }

    @Test
    void nestingCostsNothing() throws Exception {
        assertThat(isOneObject("3080".repeat(1_000_000) + "0000".repeat(1_000_000)))
                .isTrue();
    }

    private static boolean isOneObject(String hex) throws Exception {
        return PlainOctets.isOneObject(new ByteArrayInputStream(HexFormat.of().parseHex(hex)), false);
    }
}
