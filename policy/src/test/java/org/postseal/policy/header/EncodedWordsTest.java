package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Only some programs know these names; others show the octets, or the whole word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?cp037?q?secret?=",
                "=?ibm1047?q?secret?=",
                "=?x-ibm933?q?secret?=",
                "=?ibm437?q?secret?=",
                "=?jis_x0212-1990?q?secret?=",
                "=?x-jis0208?q?secret?=",
                "=?utf-8*secret?q?x?=",
                "=?iso-8859-1-secret?q?x?=",
                "=?iso-8859-1-x?q?s=65cret?="
            })
    void aCharsetThatNotEveryProgramKnowsHasMoreReadings(String word) {
        assertThat(EncodedWords.readings(word, 4_096).texts()).anyMatch(text -> text.contains("secret"));
        assertThat(EncodedWords.wellFormed(word)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180F, 0x200B, 0x2065, 0x3164, 0xFE0F, 0xFFA0, 0xFFF0,
                0xE0001, 0xE0100, 0xE0FFF
            })
    void aReadingIsWithoutCharactersThatNobodySees(int invisible) {
        String text = "sec" + Character.toString(invisible) + "ret";

        assertThat(EncodedWords.readings(text, 4_096).texts()).contains("secret");
    }

    @ParameterizedTest
    @CsvSource({"strictly\u2800secret, strictly secret", "\uFB01le of\uFB01ce, FILE OFFICE", "STRASSE, stra\u00DFe"})
    void whatLooksAlikeIsFound(String text, String sought) {
        TextTest.Contains test = new TextTest.Contains(Letters.fold(sought));

        assertThat(EncodedWords.readings(text, 4_096).texts()).anyMatch(shown -> test.holds(FieldText.of(shown)));
    }

    @Test
    void lettersInAnotherOrderCannotBeTold() {
        assertThat(EncodedWords.readings("\u202Eterces", 4_096).isComplete()).isFalse();
        assertThat(EncodedWords.readings("\u202Eterces", 4_096).isCut()).isFalse();
        assertThat(EncodedWords.readings("\u2067\u05E9\u05DC\u05D5\u05DD\u2069", 4_096)
                        .isComplete())
                .isTrue();
        assertThat(EncodedWords.readings("\u05E9\u05DC\u05D5\u05DD", 4_096).isComplete())
                .isTrue();
    }
}
