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

    /** Invisible characters, and Hebrew letters, turn the order of other letters, words and numbers round (UAX #9). */
    @ParameterizedTest
    @CsvSource({
        "zebra, \u202Ba\u200Fr\u200Fb\u200Fe\u200Fz\u202C",
        "zebra, \u2067a\u200Fr\u200Fb\u200Fe\u200Fz\u2069",
        "zebra, \u2067a\u061Cr\u061Cb\u061Ce\u061Cz\u2069",
        "secret project, \u202Bproject\u200F secret\u202C",
        "secret \u05BEproject, \u202Bproject\u05BE secret\u202C",
        "secret project, project\u200F secret",
        "DE-4711, \u202B4711-DE\u202C",
        "DE-4711, \u20674711-DE\u2069",
        "DE-4711, \u05D0 4711-DE",
        "2026/117, \u2067117\u200F/2026\u2069",
        "[denied], \u202B[d\u200Fe\u200Fi\u200Fn\u200Fe\u200Fd]\u202C",
        "\u05E9\u05DC\u05D5\u05DD, \u05DD\u200E\u05D5\u200E\u05DC\u200E\u05E9",
        "\u05E9\u05DC \u05D5\u05DD, \u05D5\u05DD\u200E \u05E9\u05DC"
    })
    void whatStandsInThisOrderOnTheScreenIsFound(String sought, String text) {
        EncodedWords.Readings readings = EncodedWords.readings(text, 4_096);

        assertThat(readings.texts()).anyMatch(shown -> shown.contains(sought));
        assertThat(readings.isComplete()).isTrue();
    }

    /** An exception that names a word must hold for honest mail that has this word. */
    @Test
    void wordsInHebrewTextAreInAllReadings() {
        String text = "\u05D4\u05E6\u05E2\u05D4 4711 (Acme Inc) \u05E9\u05DC\u05D5\u05DD!";

        EncodedWords.Readings readings = EncodedWords.readings(text, 4_096);

        assertThat(readings.texts())
                .allSatisfy(shown -> assertThat(shown)
                        .contains("\u05D4\u05E6\u05E2\u05D4", "4711", "Acme Inc", "\u05E9\u05DC\u05D5\u05DD"));
        assertThat(readings.isComplete()).isTrue();
    }

    @Test
    void theOrderOfLongTextCannotBeTold() {
        assertThat(EncodedWords.readings("a".repeat(4_097), 4_096).isComplete()).isTrue();
        assertThat(EncodedWords.readings("\u200F" + "a".repeat(4_096), 4_096).isComplete())
                .isFalse();
    }
}
