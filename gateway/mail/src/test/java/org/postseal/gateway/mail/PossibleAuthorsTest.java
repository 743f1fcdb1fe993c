package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Author;
import org.postseal.policy.outcome.Reason;

class PossibleAuthorsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: A <a@b.example>,",
                "From: A @ Vienna <a@b.example>",
                "From: A <a@b.example>!X-Broken header line",
                "X-Broken header line!From: A <a@b.example>",
                "From: A <a@b.example>!From: A <a@b.example>",
                "From: A <a@b.example> (Vienna",
                "From: A (CEO <a@b.example>",
                "From: A: A <a@b.example>;",
                "From: A <a@b.example> Vienna",
                "From: A <a@b.example.>",
                "From: A <a@b.example >",
                "From: A <a @b.example>",
                "From: A <a@ b . example>",
                "From: A <@c.example:a@b.example>",
                "From: <a@b.example>>",
                "From: A <<a@b.example>",
                "From : A <a@b.example>",
                "Fr om: A <a@b.example>",
                "Subject: x^From: A <a@b.example>",
                "Subject: x~From: A <a@b.example>",
                "From:!  A!  <a@b.example>",
                "From: \"a\"@b.example",
                "From: 'a@b.example'",
                "From: a(c)@(c)b.example",
                "From: a\\@b.example",
                "From: =?utf-8?q?A_=3Ca=40b.example=3E?=",
                "From: =?utf-8?b?YUBiLmV4YW1wbGU?=",
                "From: mailto:a@b.example",
            })
    void whatAnyProgramMayShowIsFoundOrCalledUnknown(String header) throws IOException {
        // ! is a line end, ^ a bare LF, ~ a bare CR
        Author author = author(header);

        MailAddress expected = MailAddress.of("a@b.example");
        assertThat(!author.isComplete()
                        || author.readings().contains(expected)
                        || author.single().filter(expected::equals).isPresent())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.example (x",
                "a(x(y)z)@b.example",
                "a@b(x).example",
                "\"a\"b@c.example",
                "a\\@b.example",
                "a@b ex.example",
                "A <a@b .example>",
                "A <@c.example:a@b.example>",
                "A: a@b.example;",
                "A [<a@b.example>",
                "A <a@b.example>>",
                "\"A <a@b.example>",
                "a@b\u00ad.example",
                "A B @ Vienna <a@b.example>",
                "@ Vienna <a@b.example>",
                "a@b\u00fccher.example",
                "=?utf-8?q?a(x)=40b.example?=",
            })
    void whatIsNotWrittenPlainlyMayHideAnybody(String from) throws IOException {
        assertThat(author("From: " + from + ", x@y.example").isComplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a..a@b.example",
                ".a@b.example",
                "a.@b.example",
                "=?x?q?a?=@b.example",
                "a@-c.b.example",
                "a@c-.b.example",
                "a@c..b.example",
                "a@b.example.",
                "a@.b.example",
                "a@ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc.b.example",
                "a@192.0.2.1",
            })
    void anAddressThatIsNoneForUsMayBeOneForOthers(String address) throws IOException {
        for (String form : List.of(
                "%s",
                "<%s>", "A <%s>", "\"A\" <%s>, x@y.example", "x@y.example, %s", "%s <x@y.example>, z@y.example")) {
            assertThat(author("From: " + form.formatted(address)).isComplete())
                    .as(form)
                    .isFalse();
        }
    }

    @Test
    void longLocalPartsAndUnderscoresAreFound() throws IOException {
        String list = "a".repeat(254) + "@c_d.b.example";

        assertThat(author("From: " + list + ", A <x@y.example>"))
                .isEqualTo(new Author(
                        Optional.empty(), Set.of(MailAddress.of(list), MailAddress.of("x@y.example")), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%b.example", "=?utf-8?q?b.example=21a?="})
    void anMtaMakesAnAddressOfSuchAName(String name) throws IOException {
        assertThat(author("From: " + name).isComplete()).isFalse();
        assertThat(author("From: " + name + " <x@y.example>,").isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A <a@b.example>,",
                "A @ Vienna <a@b.example>",
                "a@b.example, C <c@d.example>",
                "\"A, B (Sales)\" <a@b.example>,",
                "[A] a.b & C/D <a@b.example>, <c@d.example>",
                "=?utf-8?q?J=C3=BCrgen?= <a@b.example>,",
                "Alice, Bob",
            })
    void whatMailProgramsWriteHidesNobody(String from) throws IOException {
        assertThat(author("From: " + from).isComplete()).isTrue();
        assertThat(author("X-Broken header line!From: " + from).isComplete()).isTrue();
        assertThat(author("From: " + from + "!X-Broken header line").isComplete())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            From: a@b.example, C <c@d.example>      | a@b.example c@d.example
            From: a@b.example!From: c@d.example     | a@b.example c@d.example
            From: "c@d.example" <a@b.example>, x    | a@b.example c@d.example
            From: x@y.example <a@b.example>         | a@b.example x@y.example
            To: c@d.example!Subject: From: a@b.example | ''
            From: Alice                             | ''
            """)
    void allOfThemAreFound(String header, String addresses) throws IOException {
        assertThat(found(header).stream().map(MailAddress::toString).sorted().collect(Collectors.joining(" ")))
                .isEqualTo(addresses);
    }

    @Test
    void moreThanAnyAuthorWritesIsRefused() throws IOException {
        String fields =
                "From: x@y.example, ".concat("a".repeat(3_000)).concat("!").repeat(6);

        assertThat(PossibleAuthors.of(header(fields + "X: y"), Budget.standard()))
                .isInstanceOfSatisfying(
                        Parsed.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.HEADER_TOO_BIG));
    }

    @Test
    void moreThanAnyAuthorWritesAreRefused() throws IOException {
        String many = "From: x" + "a@b.example, ".repeat(3)
                + IntStream.range(0, 60).mapToObj(i -> "a" + i + "@b.example").collect(Collectors.joining(", "));

        assertThat(PossibleAuthors.of(header(many), Budget.standard()))
                .isInstanceOfSatisfying(
                        Parsed.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.HEADER_TOO_BIG));
    }

    private static Set<MailAddress> found(String header) throws IOException {
        return author(header).readings();
    }

    private static Author author(String header) throws IOException {
        return switch (PossibleAuthors.of(header(header), Budget.standard())) {
            case Parsed.Success<Author>(Author author) -> author;
            case Parsed.Refused<Author>(var reason, var detail) -> throw new AssertionError(reason + " " + detail);
        };
    }

    private static HeaderBlock header(String lines) throws IOException {
        String text = lines.replace("!", "\r\n").replace("^", "\n").replace("~", "\r") + "\r\n\r\n";
        RawMessage message = RawMessage.of(text.getBytes(StandardCharsets.UTF_8));
        return switch (HeaderBlock.read(message, Budget.standard())) {
            case Parsed.Success<HeaderBlock>(HeaderBlock block) -> block;
            case Parsed.Refused<HeaderBlock>(var reason, var detail) -> throw new AssertionError(reason + " " + detail);
        };
    }
}
