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
                // an East Asian Excel takes these for the same
                "＝1|'＝1",
                "＋1|'＋1",
                "－1|'－1",
                "＠A1|'＠A1",
                // where another separator is set, a cell begins here
                "a;=1|a;'=1",
                "a;\"=1|a;'\"\"=1",
                "a,@A1|a,'@A1",
                "a; ＝1|a;' ＝1",
                "=1;=2,=3|'=1;'=2,'=3",
                // a tab is shown and none any more
                "\t=1|\\u0009=1"
            })
    void noCellIsAFormula(String value, String cell) {
        assertThat(Csv.row(List.of(value, "next"))).isEqualTo("\"" + cell + "\",\"next\"\r\n");
    }
}
