package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUJD",
                "QUJD\r\n",
                "QUJDQUJD\r\nQUI=\r\n",
                "\r\n\r\nQQ==\r\n\r\n",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n"
            })
    void wholeLinesOfBase64ArePlain(String body) throws Exception {
        assertThat(isBase64(body)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "QUJ\r\n",
                "QQ==QUJD\r\n",
                "QQ==\r\nQUJD\r\n",
                "QUJD\r\n\r\nQUJD\r\n",
                "QUI=\r\nQQ==\r\n",
                "Q===\r\n",
                "QUJDQUJD\nQUJD\r\n",
                "QUJD\rQUJD\n",
                "QUJD\rQUJDQUJD\r\n",
                "QUJD\r",
                "QU-D\r\n",
                "QU_D\r\n",
                "QU D\r\n",
                "QUJ\u00c4\r\n"
            })
    void otherOctetsAreNot(String body) throws Exception {
        assertThat(isBase64(body)).isFalse();
    }

    private static boolean isBase64(String body) throws Exception {
        return PlainOctets.isBase64(new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static boolean isOneObject(String hex) throws Exception {
        return PlainOctets.isOneObject(new ByteArrayInputStream(HexFormat.of().parseHex(hex)), false);
    }
}
