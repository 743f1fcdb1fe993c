package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainAddressesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    bob@partner.co.uk                          | =bob@partner.co.uk
                    <Bob@partner.co.uk>                        | =Bob@partner.co.uk
                    Bob J. Smith<bob@x.example>                | Bob J. Smith=bob@x.example
                    "Bob" Smith <bob@x.example>                | Bob Smith=bob@x.example
                    "Smith, \\"Bob\\"" <bob@x.example>         | Smith, "Bob"=bob@x.example
                    =?utf-8?q?B=C3=B6b?= X <bob@x.example>     | Böb X=bob@x.example
                    =?utf-8?q?B=2C?= <bob@x.example>           | =?utf-8?q?B=2C?==bob@x.example
                    =?utf-8?q?=3D=3Fq?= <bob@x.example>        | =?utf-8?q?=3D=3Fq?==bob@x.example
                    B~ <b@x.example>,~ C <c@x.example>         | B=b@x.example;C=c@x.example
                    """)
    void aPlainListIsRead(String written, String read) {
        assertThat(of(written.replace("~", "\r\n")).orElseThrow().stream()
                        .map(one -> one.name() + "=" + one.address())
                        .collect(Collectors.joining(";")))
                .isEqualTo(read);
    }

    /** Some program finds another address in each of these, or none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bob <bob@partner.co\"\".uk>",
                "bob@partner.co\"\".uk",
                "Bob <bob@partner.co\".uk\">",
                "\"Bob <bob@partner.co\".uk>",
                "Bob\r\n \r\n <bob@x.example>",
                "\"\" <bob@x.example>",
                "\" Bob\" <bob@x.example>",
                "\"Bob\"Smith <bob@x.example>",
                "\"Smith,\r\n Bob\" <bob@x.example>",
                "=?utf-8?q?Bob?= =?utf-8?q?_=3Cbob=40x=2Eexample=3E?=",
                "x=?utf-8?q?Bob?= <bob@x.example>",
                "Bob <=?utf-8?q?x?=bob@x.example>",
                ".Bob <bob@x.example>",
                "Bob.  Smith <bob@x.example>",
                "Bob (x) <bob@x.example>",
                "Friends: bob@x.example;",
                "bob@x.example,",
                ", bob@x.example",
                "bob@x.example, , c@x.example",
                "bob@x.example; c@x.example",
                "<a@x.example> <bob@x.example>",
                "bob @x.example",
                "bob@x.example\u2003",
                "bob"
            })
    void anythingElseIsNot(String written) {
        assertThat(of(written)).isEmpty();
    }

    @Test
    void aListMayBeLong() {
        String many = "\"Bob, the friend\" <bob@x.example>, ".repeat(20_000) + "x".repeat(100_000) + "@x.example";

        assertThat(of(many).orElseThrow()).hasSize(20_001);
        assertThat(of("\"" + "\\\"".repeat(100_000) + "\" <bob@x.example>")).isEmpty();
        assertThat(of("a ".repeat(100_000) + "<bob@x.example>")).isEmpty();
    }

    private static Optional<List<PlainAddresses.Mailbox>> of(String body) {
        return PlainAddresses.of(HeaderField.of(("Reply-To: " + body + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }
}
