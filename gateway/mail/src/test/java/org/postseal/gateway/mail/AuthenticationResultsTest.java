package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Domain;

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

    /** Each row has the fields, with a bar between two, and whether they prove From. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            mx.example, dmarc=pass header.from=bank.example ; true
            MX.example 1, spf=fail, dmarc=PASS (p=none, dis=x) header.from="Bank.Example" policy.x=1 ; true
            mx.example (a (b)), dkim=pass reason="a\\"b" header.b=a+/=, dmarc = pass header.from = bank.example ; true
            mx.example, dmarc/1=pass header.from=bank.example ; true
            mx2.example, dmarc=pass header.from=bank.example ; true
            mx.example, dmarc=pass header.from=bank.example|mx2.example, dmarc=pass header.from=bank.example ; true
            mx.example, dmarc=pass header.from=bank.example|mx3.example, dmarc=fail header.from=bank.example ; true
            mx.example, dmarc=pass header.from=bank.example|mx.example, none ; true
            mx.example, none ; false
            mx.example, dkim=pass header.d=bank.example, spf=pass smtp.mailfrom=bank.example ; false
            mx.example, dmarc=pass ; false
            mx.example, dmarc=pass header.from=evil.example ; false
            mx.example, dmarc=pass header.from=sub.bank.example ; false
            mx.example, dmarc=pass header.from=bank.example header.from=evil.example ; false
            mx.example, dmarc=fail header.from=bank.example ; false
            mx.example, dmarc=none header.from=bank.example ; false
            mx.example, dmarc=pass header.from=bank.example, dmarc=fail header.from=bank.example ; false
            mx.example, dmarc=pass header.from=bank.example|mx.example, dmarc=fail header.from=bank.example ; false
            mx.example, dmarc=pass header.from=bank.example|mx.example, dmarc ; false
            mx.example, dmarc=pass header.from=bank.example|"mx.example" x ; false
            mx.example, dmarc=pass header.from=bank.example|dmarc=fail (mx.example) ; false
            mx.example, dmarc=pass header.from=bank.example (open ; false
            mx.example, spf=pass smtp.mailfrom="a"@b, dmarc=pass header.from=bank.example ; false
            mx.example, spf=pass (x, dmarc=pass header.from=bank.example) ; false
            mx.example, spf=pass reason="x, dmarc=pass header.from=bank.example" ; false
            mx.example 2, dmarc=pass header.from=bank.example ; false
            xmx.example, dmarc=pass header.from=bank.example ; false
            mx.example., dmarc=pass header.from=bank.example ; false
            mx.example:25, dmarc=pass header.from=bank.example ; false
            [mx.example], dmarc=pass header.from=bank.example ; false
            "mx.example", dmarc=pass header.from=bank.example ; false
            (a) mx.example, dmarc=pass header.from=bank.example ; false
            mx.example, dmarc=pass header.from=bank.example|mx.example., none ; false
            dmarc=pass header.from=bank.example ; false
            """)
    void dmarcIsBelievedWhereAllThatIsSaidIsAPass(String fields, boolean proves) throws IOException {
        StringBuilder header = new StringBuilder("Subject: x\r\n");
        for (String value : fields.split("\\|", -1)) {
            header.append("Authentication-Results: ")
                    .append(value.replace(",", ";\r\n "))
                    .append("\r\n");
        }

        assertThat(passDmarc(header.toString())).isEqualTo(proves);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authentication-Results\r\n :", "(c)Authentication-Results:", "Authentication-Results :"})
    void aNameThatOnlySomeProgramsReadSpeaksAgainstIt(String name) throws IOException {
        String pass = "Authentication-Results: mx.example; dmarc=pass header.from=bank.example\r\n";

        assertThat(passDmarc(pass)).isTrue();
        assertThat(passDmarc(name + " mx.example; dmarc=pass header.from=bank.example\r\n"))
                .isFalse();
        assertThat(passDmarc(pass + name + " mx.example; dmarc=pass header.from=bank.example\r\n"))
                .isFalse();
    }

    private static boolean passDmarc(String header) throws IOException {
        return AuthenticationResults.passDmarc(
                HeaderBlock.read(RawMessage.of((header + "\r\n").getBytes(UTF_8)), Budget.standard())
                        .orElseThrow(),
                List.of("mx.example", "MX2.example"),
                Domain.of("bank.example"));
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
