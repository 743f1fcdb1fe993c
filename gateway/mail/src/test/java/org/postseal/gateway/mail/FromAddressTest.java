package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.outcome.Reason;

class FromAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "From: a@b.example~a@b.example",
                "From: <a@b.example>~a@b.example",
                "from:Alice Smith <a@b.example>~a@b.example",
                "From: \"Smith, Alice\" <a@b.example>~a@b.example",
                "From: \"x@y.example\" <a@b.example>~a@b.example",
                "From: \"a <x@y.example>\" <a@b.example>~a@b.example",
                "From: \"quoted \\\" <x@y.example>\" <a@b.example>~a@b.example",
                "From: =?utf-8?Q?x=40y.example?= <a@b.example>~a@b.example",
                "From: J. R. <a@b.example>~a@b.example",
                "From: Gr\u00fcn <a@b.example>~a@b.example",
                "From: a@b.example <a@b.example>~a@b.example",
                "From: A@B.example<a@b.example>~a@b.example",
                "From: a@b.example (c) <a@b.example>~a@b.example",
                "From: Alice a@b.example <a@b.example>~MALFORMED",
                "From: a@b.example a@b.example <a@b.example>~MALFORMED",
                "From: a@b.example <a@b.example> a@b.example~MALFORMED",
                "From: a@b.example <a@b.example> <a@b.example>~SEVERAL_ADDRESSES",
                "From: a@b.example <x> <a@b.example>~MALFORMED",
                "From: a@b.example (x@y.example, \"<\\))~a@b.example",
                "From: a@b.example (x@y.example)~a@b.example",
                "From: [External] Alice <a@b.example>~a@b.example",
                "From: (c) Alice (d) < (e) a@b.example (f) > (g)~a@b.example",
                "From: a @ b.example~a@b.example",
                "From: Alice!  <a@b.example>~a@b.example",
                "From: \"a@c.example\"@b.example~\"a@c.example\"@b.example",
                "From: \"a b\"@b.example~\"a b\"@b.example",
                "From: a@[192.0.2.1]~a@[192.0.2.1]",
                "From: j\u00fcrgen@b\u00fccher.example~j\u00fcrgen@b\u00fccher.example",
                "X-Odd : x!From: a@b.example~a@b.example",
                "Sender: x@y.example!From: a@b.example~a@b.example",
                "To: x~MISSING",
                "From: a@b.example!From: c@d.example~SEVERAL_FIELDS",
                "From: a@b.example!FROM : c@d.example~SEVERAL_FIELDS",
                "From: a@b.example!Fr om: c@d.example~SEVERAL_FIELDS",
                "From : a@b.example~MALFORMED",
                "From: a@b.example^From: c@d.example~MALFORMED",
                "Subject: x^From: c@d.example!From: a@b.example~MALFORMED",
                "no field!From: a@b.example~MALFORMED",
                "From: a@b.example, c@d.example~SEVERAL_ADDRESSES",
                "From: A <a@b.example>, C <c@d.example>~SEVERAL_ADDRESSES",
                "From: a@b.example, a@b.example~SEVERAL_ADDRESSES",
                "From: <a@b.example> <c@d.example>~SEVERAL_ADDRESSES",
                "From: group: a@b.example;~GROUP",
                "From: group:;~GROUP",
                "From: group: a@b.example; , c@d.example~GROUP",
                "From:~MALFORMED",
                "From: <>~MALFORMED",
                "From: Alice~MALFORMED",
                "From: Alice <alice>~MALFORMED",
                "From: a@b.example <c@d.example>~MALFORMED",
                "From: a@b.example c@d.example~MALFORMED",
                "From: a@b@c.example~MALFORMED",
                "From: <a@b.example>c@d.example~MALFORMED",
                "From: <a@b.example~MALFORMED",
                "From: a@b.example>~MALFORMED",
                "From: <<a@b.example>>~MALFORMED",
                "From: <@x.example:a@b.example>~MALFORMED",
                "From: a@b.example,~MALFORMED",
                "From: ,a@b.example~MALFORMED",
                "From: a@b.example;~MALFORMED",
                "From: \"a <c@d.example>~MALFORMED",
                "From: a@b.example (open~MALFORMED",
                "From: a.@b.example~MALFORMED",
                "From: a..b@b.example~MALFORMED",
                "From: a@b..example~MALFORMED",
                "From: x@y.example <a@b.example>~MALFORMED",
                "From: =?utf-8?Q?x@y.example?= <a@b.example>~MALFORMED",
                "From: Al\\ice <a@b.example>~MALFORMED",
            })
    void isTheOneThatEveryProgramReads(String header, String expected) throws IOException {
        // ! is a line end, ^ a bare LF
        FromAddress from = FromAddress.of(header(header.replace("!", "\r\n").replace("^", "\n")), Budget.standard());

        String found = switch (from) {
            case FromAddress.Single(var address, var _) -> address.toString();
            case FromAddress.None(var problem) -> problem.name();
        };
        assertThat(found).isEqualTo(expected);
        assertThat(from.address().isPresent()).isEqualTo(from instanceof FromAddress.Single);
    }

    @ParameterizedTest
    @CsvSource({
        "'Fr\0om: a@b.example'",
        "'From\0: a@b.example'",
        "'From: a@b.example\0'",
        "'From: \0a@b.example'",
        "'From: a@b.example\rFrom: c@d.example'"
    })
    void nobodyIsBehindANul(String header) throws IOException {
        assertThat(FromAddress.of(header(header), Budget.standard()))
                .isEqualTo(new FromAddress.None(FromAddress.Problem.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "To: a@b.example|a@b.example",
                "To: a@b.example, A@B.example!Cc: c@d.example|a@b.example c@d.example",
                "To: x: a@b.example, <c@d.example>;, e@f.example|a@b.example c@d.example e@f.example",
                "To: undisclosed-recipients:;|",
                "To: a@b.example, nonsense, <c@d.example|a@b.example c@d.example",
                "To: a@b.example!To: c@d.example!Bcc: e@f.example|a@b.example c@d.example",
                "Subject: a@b.example|",
            })
    void findsTheVisibleRecipients(String header, String expected) throws IOException {
        String found =
                AddressList.visibleRecipients(header(header.replace("!", "\r\n")), Budget.standard())
                        .orElseThrow()
                        .stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(" "));

        assertThat(found).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void limitsTheAddresses() throws IOException {
        Budget budget = Budget.standard();
        String five = "a@b.cc,".repeat(5_000);
        assertThat(AddressList.parse(five.substring(0, five.length() - 1), budget)
                        .orElseThrow()
                        .addresses())
                .hasSize(5_000);
        for (String flood :
                new String[] {five + "a@b.cc", ",".repeat(100_000), "<>,".repeat(50_000), "x:;".repeat(50_000)}) {
            assertThat(AddressList.parse(flood, budget))
                    .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "more than 5000 addresses"));
        }
        String field = "a@b.cc,".repeat(3_000) + "a@b.cc";
        assertThat(AddressList.visibleRecipients(header("To: " + field + "\r\nCc: " + field), budget))
                .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "more than 5000 addresses"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x: a@b.example;|true|true",
                "x:;|true|true",
                "x:;, a@b.example|true|true",
                "a@b.example, x: c@d.example, e@f.example;, g@h.example|true|true",
                "x: a@b.example; c@d.example|true|false",
                "x: a@b.example|true|false",
                "x: y: a@b.example;;|true|false",
                "x:;;|true|false",
                "x:;,|true|false",
                "x:;y:;|true|false",
                "x:;,y:;|true|true",
                "a@b.example, c@d.example|false|true",
                "a@b.example,,c@d.example|false|false",
            })
    void knowsTheGrammarOfGroups(String text, boolean group, boolean sound) {
        AddressList list = AddressList.parse(text, Budget.standard()).orElseThrow();

        assertThat(list.hasGroup()).isEqualTo(group);
        assertThat(list.isSound()).isEqualTo(sound);
        assertThat(list.only()).isEmpty();
    }

    private static HeaderBlock header(String text) throws IOException {
        return HeaderBlock.read(RawMessage.of((text + "\r\n\r\n").getBytes(UTF_8)), Budget.standard())
                .orElseThrow();
    }
}
