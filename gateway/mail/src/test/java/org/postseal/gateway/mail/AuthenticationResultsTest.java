package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests which fields must go, and that the answer takes time in proportion to the length of the field: a pattern that
 * backtracks would take minutes.
 */
class AuthenticationResultsTest {
    /** A field without an id may be taken for that of the server where it is read (RFC 8601 §5). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "smime = pass",
                "smime =pass",
                "smime (x) = pass",
                "smime(x)=(y)pass",
                "smime\t=\tpass; smime=pass",
                "smime= pass",
                "spf = pass; smime=pass",
                "smime \uFF1D pass",
                "smime/1 = pass",
                "gw.example:25",
                "gw.example.:25",
                "[gw.example]",
                "[gw.example]:25",
                "[[gw.example.]]",
                "[GW.example:smtp]",
                ".gw.example",
                "gw.example:25 (x) smime = pass",
            })
    void whatNamesNoIdOrOursIsTakenAway(String value) {
        assertThat(mustGo(value + "; smime=pass")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gw.example.com",
                "gw.example.com:25",
                "[gw.example.com]",
                "[gw.example:2:3]",
                "gw.example-1",
                "xgw.example:25",
                "smime; x=y",
                "spf = pass smtp.mailfrom=a@b.example",
                "spf=pass smtp.mailfrom=a@b.example",
                "mta1.example from=a.example; dkim=pass",
                "mta1.example (x) spf=pass",
            })
    void theResultsOfOthersStay(String value) {
        assertThat(mustGo(value)).isFalse();
    }

    /** Some programs read the name in spite of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authentication-Results\r\n : gw.example; smime=pass",
                "Authentication-\r\n Results: gw.example; smime=pass",
                "Authentication-\r\n Results: smime=pass",
                "\fAuthentication-Results: gw.example; smime=pass",
                "(c)Authentication-Results: gw.example; smime=pass",
                "Authentication(a:b)-Results: gw.example; smime=pass",
                "\uFEFFauthentication-results : smime=pass"
            })
    void aNameThatOnlySomeProgramsReadIsNoWayOut(String field) {
        assertThat(AuthenticationResults.mustGo(HeaderField.of((field + "\r\n").getBytes(UTF_8)), "gw.example"))
                .isTrue();
    }

    private static boolean mustGo(String value) {
        return AuthenticationResults.mustGo(
                HeaderField.of(("Authentication-Results: " + value + "\r\n").getBytes(UTF_8)), "gw.example");
    }

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
