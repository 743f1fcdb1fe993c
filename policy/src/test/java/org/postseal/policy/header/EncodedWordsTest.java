package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain =? text|plain =? text",
                "=?utf-8?Q?verschl=C3=BCsselt?=|verschlüsselt",
                "Re: =?UTF-8?B?w6TDtsO8?= ok|Re: äöü ok",
                "=?iso-8859-1?q?a_b=E4?=|a bä",
                "=?utf-8?q?a?= =?utf-8?q?b?=|ab",
                "=?utf-8?q?a?=  x  =?utf-8?q?b?=|a  x  b",
                "=?utf-8?B?w6Q=?= =?utf-8?B?w6Q=?=|ää",
                "=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=|ä",
                "=?utf-8?q?a?= =?iso-8859-1?q?=E4?=|aä",
                "=?utf-8*de?q?x?=|x",
                "=?no-such-charset?q?x=E4?=|xä",
                "=?utf-8?q?100=?=|100=",
                "=?utf-8?q?=ZZ?=|=ZZ",
                "=?utf-8?B?A?=|A",
                "=?utf-8?X?x?=|=?utf-8?X?x?=",
                "=?utf-8?q?x|=?utf-8?q?x"
            })
    void decodes(String body, String text) {
        assertThat(EncodedWords.decode(body)).isEqualTo(text);
    }
}
