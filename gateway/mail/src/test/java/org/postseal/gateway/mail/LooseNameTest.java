package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LooseNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Subject: x            | Subject | 7
            (c)Subject: x         | Subject | 10
            Sub(a:b)ject: x       | Subject | 12
            Sub(a(b)\\):c)ject: x  | Subject | 17
            Subject(c) : x        | Subject | 11
            (Subject: x           | Subject | 8
            no field              | ''      | -1
            : x                   | ''      | 0
            """)
    void isWhatTheMostTolerantProgramReads(String line, String name, int colon) {
        assertThat(LooseName.in(line)).isEqualTo(new LooseName(name, colon));
    }

    /** Apache's mime4j skips comments in names. */
    @ParameterizedTest
    @ValueSource(strings = {"(c)Subject: x", "Sub(a:b)ject: x", "Subject(c): x", "Subject\r\n : x", "\fSubject: x"})
    void aFieldThatOnlySomeProgramsFindIsMalformed(String line) {
        HeaderField field = HeaderField.of((line + "\r\n").getBytes(StandardCharsets.US_ASCII));

        assertThat(field.isMalformed()).isTrue();
        assertThat(field.mayBe("subject")).isTrue();
        assertThat(field.is("subject")).isFalse();
    }
}
