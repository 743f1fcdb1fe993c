package org.postseal.gateway.admin.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain text|plain text",
                "a=b+c-d@e.example|a=b+c-d@e.example",
                "CN=Bob, O=Partner|CN=Bob, O=Partner",
                "=1|'=1",
                "+1|'+1",
                "-1|'-1",
                "@A1|'@A1",
                " =1|' =1",
                // An East Asian Excel treats these characters alike
                "＝1|'＝1",
                "＋1|'＋1",
                "－1|'－1",
                "＠A1|'＠A1",
                // With another separator, a cell begins here
                "a;=1|a;'=1",
                "a;\"=1|a;'\"\"=1",
                "a,@A1|a,'@A1",
                "a; ＝1|a;' ＝1",
                "=1;=2,=3|'=1;'=2,'=3",
                // A tab is escaped and so is no longer a blank
                "\t=1|\\u0009=1"
            })
    void noCellIsAFormula(String value, String cell) {
        assertThat(Csv.row(List.of(value, "next"))).isEqualTo("\"" + cell + "\",\"next\"\r\n");
    }
}
