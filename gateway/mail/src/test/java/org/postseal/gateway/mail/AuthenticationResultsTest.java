package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer takes time in proportion to the length of the field. A pattern that backtracks would take minutes. */
class AuthenticationResultsTest {
    /** Each row has the text before, the text that is repeated, the text after, and whether the field must go. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            ''          | a         | =            | true
            ''          | a         | ''           | false
            ''          | a-        | =pass=       | true
            ''          | a         | =pass        | false
            ''          | .         | ''           | true
            ''          | .         | =            | true
            gw.example  | .         | ''           | true
            ''          | a.        | =            | true
            ''          | 1         | =            | true
            a           | ' 1'      | =            | true
            a=          | a         | =            | true
            ''          | ' '       | =            | true
            ''          | (         | ''           | true
            ''          | ()        | =            | true
            '"'         | \\a       | ''           | true
            a           | \u0315\u0300 | ''         | true
            a           | \u0315\uFF9E | ''         | true
            """)
    void aLongFieldTakesNoLongTime(String before, String repeated, String behind, boolean mustGo) {
        String value = before + repeated.repeat(100_000) + behind;
        HeaderField header = HeaderField.of(("Authentication-Results: " + value + "\r\n").getBytes(UTF_8));

        for (int i = 0; i < 3; i++) {
            assertThat(AuthenticationResults.mustGo(header, "gw.example")).isEqualTo(mustGo);
        }
    }
}
