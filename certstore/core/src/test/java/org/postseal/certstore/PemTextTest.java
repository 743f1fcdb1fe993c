package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PemTextTest {
    private static final byte[] OCTETS = new byte[100];

    @Test
    void whatIsWrittenIsFoundAgainAmongOthers() {
        String text = "a line\n" + PemText.of("OTHER", new byte[] {1}) + PemText.of("ONE", OCTETS)
                + PemText.of("ONE", new byte[] {2});
        assertThat(PemText.find(text, "ONE")).hasValue(OCTETS);
        assertThat(PemText.find(text.replace("\n", "\r\n"), "ONE")).hasValue(OCTETS);
        assertThat(PemText.find(text, "TWO")).isEmpty();
        assertThat(PemText.of("ONE", OCTETS).lines()).first().isEqualTo("-----BEGIN ONE-----");
        assertThat(PemText.of("ONE", OCTETS).lines()).allMatch(line -> line.length() <= 64);
    }

    @Test
    void whatHasNoEndOrIsNoBase64IsRefused() {
        String text = PemText.of("ONE", OCTETS);
        assertThatThrownBy(() -> PemText.find(text.substring(0, text.indexOf("-----END")), "ONE"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PemText.find(text.replace("AAAA\n", "A\n"), "ONE"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
