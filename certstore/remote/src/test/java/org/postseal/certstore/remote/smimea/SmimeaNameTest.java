package org.postseal.certstore.remote.smimea;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;

class SmimeaNameTest {
    // The example of RFC 8162 §3.
    @Test
    void isTheVectorOfTheRfc() {
        assertThat(name("hugh@example.com"))
                .isEqualTo("c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._smimecert.example.com.");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "hugh@example.com, hugh",
                "Hugh@example.com, Hugh",
                "hugh+list@example.com, hugh+list",
                "h.u.g.h@example.com, h.u.g.h",
                "\"hugh\"@example.com, hugh",
                "\"hu\\gh\"@example.com, hugh",
                "\"hugh grant\"@example.com, hugh grant",
                "\"a\\\"b\\\\c\"@example.com, a\"b\\c",
                // These have é as one code point and as two.
                "caf\u00e9@example.com, caf\u00e9",
                "cafe\u0301@example.com, caf\u00e9",
                // Compatibility forms stay, since NFC is not NFKC.
                "\ufb01n@example.com, \ufb01n",
            })
    void hashesTheLocalPartAsSpelled(String address, String hashed) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8));
        String label = HexFormat.of().formatHex(digest).substring(0, 56);
        assertThat(name(address)).isEqualTo(label + "._smimecert.example.com.");
    }

    @ParameterizedTest
    @CsvSource({
        "a@EXAMPLE.Com, example.com",
        "a@b\u00fccher.example, xn--bcher-kva.example",
        "a@xn--bcher-kva.example, xn--bcher-kva.example",
    })
    void theDomainIsInALabels(String address, String domain) {
        assertThat(name(address)).endsWith("._smimecert." + domain + ".").hasSize(56 + 12 + domain.length() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"})
    void literalsHaveNone(String address) {
        assertThat(SmimeaName.of(MailAddress.of(address))).isEmpty();
    }

    @Test
    void domainsTooLongForTwoMoreLabelsHaveNone() {
        // 254 characters with the final dot are 255 octets on the wire.
        String label = "a".repeat(61) + ".";
        String fits = label + label + "b".repeat(61);
        assertThat(56 + 12 + fits.length() + 1).isEqualTo(254);
        assertThat(name("a@" + fits)).hasSize(254);
        assertThat(SmimeaName.of(MailAddress.of("a@" + fits + "b"))).isEmpty();
    }

    private static String name(String address) {
        return SmimeaName.of(MailAddress.of(address)).orElseThrow().text();
    }
}
