package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.outcome.Reason;

class HeaderBlockTest {
    @Test
    void readsFieldsAndFindsTheBody() throws IOException {
        HeaderBlock header = read("From: a@b.example\r\nSubject: one\r\n two\r\n\r\nbody\r\n\r\n");

        assertThat(header.fields()).extracting(HeaderField::name).containsExactly("From", "Subject");
        assertThat(header.all("subject")).extracting(HeaderField::unfolded).containsExactly("one two");
        assertThat(header.size()).isEqualTo(19 + 14 + 6 + 2);
        assertThat(header.hasEmptyLine()).isTrue();
        assertThat(header.isMalformed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "\r\nbody without header",
                "A: b",
                "A: b\r\n",
                "A: b\r\n\r\n",
                "A: b\r\n c\r\n\td\r\n\r\n",
                "no colon at all\r\nA: b\r\n\r\n",
                " starts with a blank\r\n\r\n",
                "A : b\r\n:c\r\n\r\n",
                "A: b\n\nC: d\r\n\r\nx",
                "A: b\rC: d\r\r\n\r\n",
                "A\0: b\r\n\r\n",
                "Caf\u00e9: \u00ff\r\n\r\n",
                "A: b\r\n \r\n\r\n",
            })
    void writesWhatItReadAsItCame(String text) throws IOException {
        byte[] octets = text.getBytes(ISO_8859_1);
        HeaderBlock header =
                HeaderBlock.read(RawMessage.of(octets), Budget.standard()).orElseThrow();

        byte[] section = header.toByteArray();
        RawMessage body = RawMessage.of(octets).from(header.size());
        assertThat(RawMessage.join(List.of(RawMessage.of(section), body)).toByteArray())
                .isEqualTo(octets);
        assertThat(header.size()).isEqualTo(section.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "From: a@b|From|false",
                "From : a@b|From|true",
                "From\t: a@b|From|true",
                "no colon||true",
                ": x||true",
                "Fr om: x|Fr om|true",
                "From\\0: x|From\\0|true",
                "From: x\\0|From|true",
                "From: x\\nTo: y|From|true",
                "From: x\\rTo: y|From|true",
                "Caf\u00e9: y|Caf\u00e9|true",
                "X:|X|false",
            })
    void marksFieldsThatOthersReadDifferently(String line, String name, boolean malformed) throws IOException {
        String text = line.replace("\\0", "\0").replace("\\n", "\n").replace("\\r", "\r") + "\r\n\r\n";
        HeaderBlock header = HeaderBlock.read(RawMessage.of(text.getBytes(ISO_8859_1)), Budget.standard())
                .orElseThrow();

        assertThat(header.fields()).hasSize(1);
        HeaderField field = header.fields().getFirst();
        assertThat(field.name()).isEqualTo(name == null ? "" : name.replace("\\0", "\0"));
        assertThat(field.isMalformed()).isEqualTo(malformed);
        assertThat(header.isMalformed()).isEqualTo(malformed);
    }

    @Test
    void aColonInAContinuationIsNotThatOfTheField() {
        HeaderField field = HeaderField.of("no colon\r\n but: here\r\n".getBytes(UTF_8));

        assertThat(field.name()).isEmpty();
        assertThat(field.isMalformed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'A: x\r\n  y\r\n'|'x  y'", "'A:\t \r\n'|''", "'A: a\r\n b \r\n'|'a b'", "'A:x'|x"})
    void unfolds(String raw, String text) {
        assertThat(HeaderField.of(raw.getBytes(UTF_8)).unfolded()).isEqualTo(text);
    }

    @Test
    void readsUtf8WhenValidAndLatin1Otherwise() {
        assertThat(HeaderField.of("A: gr\u00fcn\r\n".getBytes(UTF_8)).unfolded())
                .isEqualTo("gr\u00fcn");
        assertThat(HeaderField.of("A: gr\u00fcn\r\n".getBytes(ISO_8859_1)).unfolded())
                .isEqualTo("gr\u00fcn");
    }

    @Test
    void onlyTheOnlyOneIsSingle() throws IOException {
        HeaderBlock header = read("From: a\r\nfrom : b\r\nTo: c\r\n\r\n");

        assertThat(header.single("From")).isEmpty();
        assertThat(header.single("Cc")).isEmpty();
        assertThat(header.single("TO")).map(HeaderField::unfolded).hasValue("c");
    }

    @Test
    void removesAndAddsWholeFields() throws IOException {
        HeaderBlock header = read("A: 1\r\n x\r\nB: 2\r\nA: 3\r\n\r\nbody");

        HeaderBlock changed = header.without(field -> field.is("a"))
                .withOnTop(List.of(
                        HeaderField.of("C: 4\r\n".getBytes(UTF_8)), HeaderField.of("D: 5\r\n".getBytes(UTF_8))));

        assertThat(changed.toByteArray()).asString(UTF_8).isEqualTo("C: 4\r\nD: 5\r\nB: 2\r\n\r\n");
        assertThat(changed.size()).isEqualTo(header.size());
        assertThat(header.fields()).hasSize(3);
    }

    @Test
    void fieldOctetsEndTheLastLine() throws IOException {
        assertThat(read("A: 1").fieldOctets()).asString(UTF_8).isEqualTo("A: 1\r\n");
        assertThat(read("A: 1\r\n\r\n").fieldOctets()).asString(UTF_8).isEqualTo("A: 1\r\n");
        assertThat(read("\r\n").fieldOctets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"102400,true", "102401,false"})
    void limitsOneField(int size, boolean accepted) throws IOException {
        String field = "A: " + "x".repeat(size - 5) + "\r\n";
        expect(field + "\r\n", accepted, "a header field over 102400 octets");

        String folded = ("A: " + "x".repeat(90) + "\r\n" + (" " + "y".repeat(97) + "\r\n").repeat(1100));
        expect(folded.substring(0, size - 2) + "\r\n\r\n", accepted, "a header field over 102400 octets");
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "1001,false"})
    void limitsTheNumberOfFields(int fields, boolean accepted) throws IOException {
        expect("A: b\r\n".repeat(fields) + "\r\n", accepted, "more than 1000 header fields");
    }

    @ParameterizedTest
    @CsvSource({"1048576,true", "1048577,false"})
    void limitsTheSection(int octets, boolean accepted) throws IOException {
        String line = "A: " + "x".repeat(65_536 - 5) + "\r\n";
        String text = line.repeat(15) + "B: " + "y".repeat(octets - 15 * 65_536 - 5) + "\r\n";
        expect(text + "\r\n", accepted, "a header section over 1048576 octets");
    }

    @Test
    void readsNoFurtherThanItMust() throws IOException {
        Budget budget = Budget.standard();
        byte[] flood = "A: b\r\n".repeat(500_000).getBytes(UTF_8);

        assertThat(HeaderBlock.read(RawMessage.of(flood), budget)).isInstanceOf(Parsed.Refused.class);
        assertThat(budget.work()).isLessThan(7_000);
    }

    private static void expect(String text, boolean accepted, String detail) throws IOException {
        Parsed<HeaderBlock> parsed = HeaderBlock.read(RawMessage.of(text.getBytes(UTF_8)), Budget.standard());
        if (accepted) {
            assertThat(parsed.orElseThrow().toByteArray()).asString(UTF_8).isEqualTo(text);
        } else {
            assertThat(parsed).isEqualTo(new Parsed.Refused<>(Reason.HEADER_TOO_BIG, detail));
        }
    }

    private static HeaderBlock read(String text) throws IOException {
        return HeaderBlock.read(RawMessage.of(text.getBytes(UTF_8)), Budget.standard())
                .orElseThrow();
    }
}
