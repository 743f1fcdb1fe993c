package org.postseal.gateway.audit.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Secret;

class AddressHashTest {
    private static final AddressHash HASH =
            new AddressHash(Secret.of("0123456789abcdef0123456789abcdef".getBytes(UTF_8)));

    /**
     * The first 32 digits of what {@code printf %s bob@partner.example | openssl dgst -sha256 -hmac
     * 0123456789abcdef0123456789abcdef} prints.
     */
    private static final String BOB = "hmac-91f042ef34f8e36d9feb7f587979e66e@partner.example";

    @Test
    void isWhatOpenSslComputes() {
        assertThat(HASH.of("bob@partner.example")).isEqualTo(BOB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bob@Partner.Example", "\"bob\"@partner.example", "\"b\\ob\"@PARTNER.example"})
    void oneMailboxHasOneHash(String spelling) {
        assertThat(HASH.of(spelling)).isEqualTo(BOB);
        assertThat(HASH.of("<" + spelling + ">")).isEqualTo("<" + BOB + ">");
    }

    @Test
    void theEmptyPathStays() {
        assertThat(HASH.of("<>")).isEqualTo("<>");
        assertThat(HASH.of("")).isEmpty();
    }

    @Test
    void anotherKeyIsAnotherHash() {
        assertThat(new AddressHash(Secret.of(new byte[32])).of("bob@partner.example"))
                .endsWith("@partner.example")
                .isNotEqualTo(BOB);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "550 5.1.1 <bob@partner.example>: unknown      | 550 5.1.1 <BOB>: unknown",
                "bob@partner.example.                          | BOB.",
                "(bob@partner.example),bob@partner.example;x   | (BOB),BOB;x",
                "reader:bob@partner.example=usable RSA 3072    | reader:BOB=usable RSA 3072",
                "address:Bob@PARTNER.example                   | address:BOBPARTNER",
                "\"bob\"@partner.example said                  | BOB said",
                "smtp:bob@partner.example:00ff                 | smtp:BOB:00ff",
                "emailAddress=bob@partner.example,CN=x         | emailAddress=BOB,CN=x",
                "see http://spf.example/?id=bob%40partner.example;ip=192.0.2.1"
                        + " | see http://spf.example/?id=ENCODED;ip=192.0.2.1",
                "no address here, price=400, 20%40             | no address here, price=400, 20%40",
            })
    void addressesInATextAreReplaced(String text, String expected) {
        assertThat(HASH.in(text))
                .isEqualTo(expected.replace("BOBPARTNER", BOB.replace("partner.example", "PARTNER.example"))
                        .replace("BOB", BOB)
                        .replace("ENCODED", BOB.replace("@", "%40")));
    }

    @Test
    void whatIsHashedIsNotHashedAgain() {
        assertThat(HASH.in("to " + BOB)).isEqualTo("to " + BOB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"secret name\"@partner.example",
                "\"secret@home\"@partner.example",
                "\"secret\\\"quote\"@partner.example",
                "secret@[192.0.2.9]",
                "secret@[IPv6:2001:db8::1]",
                "secret.jürgen@münchen.example",
                "SRS0=ab=cd=other.example=secret@partner.example",
                "o'secret+tag@partner.example",
                "secret@localhost",
                "secret@elsewhere@partner.example",
                "1.2.840.113549.1.9.1=#160673656372657440",
            })
    void nothingOfAnOddAddressIsLeft(String address) {
        assertThat(HASH.in("550 " + address + " x"))
                .doesNotContain("secret", "quote", "name", "736563726574")
                .endsWith(" x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%D0%BF", "x"})
    void aLocalPartMayBeAsLongAsTheyGet(String letter) {
        String local = letter.repeat(64 / (letter.length() == 1 ? 1 : 2));

        assertThat(HASH.in("see " + local + "%40partner.example")).doesNotContain(letter + letter);
        assertThat(HASH.in("see \"" + local + "\"@partner.example")).doesNotContain(letter + letter);
    }

    /** Strangers write such texts. If they took the square of their length, this test would take hours. */
    @ParameterizedTest
    @ValueSource(strings = {"\\\"", "\"", "a%40", "@[", "a@", "=40", "a+40b@", "\"a\"@"})
    void aLongTextTakesNoLongTime(String repeated) {
        assertThat(HASH.in(repeated.repeat(100_000))).isNotEmpty();
    }

    @Test
    void serversRepeatLocalPartsAlone() {
        assertThat(LocalParts.of(List.of("<alice@example.com>", "bob@partner.example"), HASH)
                        .hiddenIn("550 5.1.1 \"Bob\": no mailbox bob here, Bobby is"))
                .isEqualTo("550 5.1.1 \"WORD\": no mailbox WORD here, Bobby is"
                        .replace("WORD", BOB.substring(0, BOB.indexOf('@'))));
        assertThat(LocalParts.of(List.of("250@partner.example", "2.0@partner.example"), HASH)
                        .hiddenIn("250 2.0.0 2.0 ok"))
                .startsWith("250 2.0.0 hmac-")
                .endsWith(" ok");
        assertThat(LocalParts.of(List.of("\"john smith\"@partner.example"), HASH)
                        .hiddenIn("250 ok john smith"))
                .doesNotContain("john");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            j\u00fcrgen | 550 j\u00fcrgen J\u00dcRGEN j?rgen j??rgen j\u00c3\u00bcrgen: none | 550 W W W W W: none
            \u03b1\u03b2\u03b3 | 550 \u0391\u0392\u0393 ??? ?????? ?: none | 550 W W W ?: none
            a?\u03b1?b | 550 a?\u03b1?b a????b a?b: none | 550 W W a?b: none
            andr\u00e9 | 550 andr\u00e9s andr\u00e9-x andre andr\u00e9. | 550 andr\u00e9s andr\u00e9-x andre W.
            wh?o? | 550 wh?o? wh??o whxox | 550 W wh??o whxox
            """)
    void lettersBeyondAsciiMayBeLost(String local, String text, String expected) {
        String address = local + "@partner.example";
        String word = HASH.of(address);
        assertThat(LocalParts.of(List.of(address), HASH)
                        .hiddenIn(text)
                        .replace(word.substring(0, word.indexOf('@')), "W"))
                .isEqualTo(expected);
    }

    /**
     * An earlier pattern tried each way to divide the question marks among the letters, which never ended. The limit
     * stops a test that would not end.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8"
                        + "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8"
                        + "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8"
                        + "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8",
                "?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1"
                        + "?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1"
                        + "?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1?\u03b1",
                "k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1"
                        + "k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1"
                        + "k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1k\u03b1"
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noReplyKeepsTheLogBusy(String local) {
        // U+212A is the Kelvin sign, which equals a k if case is ignored.
        for (String text : List.of("?".repeat(30), "\u212a".repeat(30), "\u03b1".repeat(90) + "x")) {
            assertThat(LocalParts.of(List.of(local + "@partner.example"), HASH).hiddenIn("550 5.1.1 " + text))
                    .isEqualTo("550 5.1.1 " + text);
        }
    }

    @Test
    void whoHasLoggedInIsNotNamed() {
        assertThat(HASH.name("bob@partner.example")).isEqualTo(BOB);
        assertThat(HASH.name("bob")).matches("hmac-[0-9a-f]{32}");
    }
}
