package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is what Bouncy Castle reads, however its lengths are written. */
class CmsTreeTest {
    private static final byte[] DER =
            HexFormat.of().parseHex("3081860401ff300602012a0201053179" + "0477" + "aa".repeat(0x77));

    @ParameterizedTest
    @EnumSource(Tlv.Length.class)
    void lengthsChangeNothing(Tlv.Length length) throws IOException {
        Tlv tree = Tlv.read(DER);
        tree.lengths(length);

        assertThat(ASN1Primitive.fromByteArray(tree.encoded()).getEncoded(ASN1Encoding.DER))
                .isEqualTo(DER);
    }

    @Test
    void cutOctetStringsReadAsOne() throws IOException {
        Tlv tree = Tlv.read(DER);
        tree.child(2).child(0).chunk(7);

        assertThat(tree.encoded()).isNotEqualTo(DER);
        assertThat(ASN1Primitive.fromByteArray(tree.encoded()).getEncoded(ASN1Encoding.DER))
                .isEqualTo(DER);
    }

    @Test
    void aWordIsFoundWhereverItCanBeDecoded() {
        String word = "Mk12345678";
        String base64 = Forge.base64(Forge.octets("The word is " + word + " indeed."));
        assertThat(Legible.holds("xx " + base64 + " yy", word)).isTrue();
        assertThat(Legible.holds("xx " + Forge.base64(Forge.octets(base64)) + " yy", word))
                .isTrue();
        assertThat(Legible.holds(word.replaceAll("(.)", "$1\0"), word)).isTrue();
        assertThat(Legible.holds("Mk 12345678", word)).isFalse();
    }
}
