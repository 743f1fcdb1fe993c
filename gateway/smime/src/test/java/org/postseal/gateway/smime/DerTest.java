package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Primitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerTest {
    @ParameterizedTest
    @CsvSource({
        "3106020101020102,true",
        "3106020102020101,false",
        // Sets are sorted wherever they stand, and one that is tagged implicitly is none.
        "30083106020102020101,false",
        "A0083106020102020101,false",
        "A006020102020101,true",
        "3006020102020101,true",
        // A value has 200 octets.
        "3181CB0481C8#,true",
        // The bit of constructed values does not count for the order, so that nothing is said about a mixed set.
        "310405003000,false",
        "310481008300,true",
        "310483008100,false",
        "3104A1008200,false",
        "3104A2008100,false",
        // DER changes these: bits beyond the last one, and seconds and fractions of a time.
        "03020101,false",
        "180D3230323630313031303030305A,false",
        // Nothing is said about what is rare.
        "9F1F00,false",
        "010101,false",
    })
    void isKnownIfBothEncodingsAreTheSame(String hex, boolean isDer) throws IOException {
        byte[] octets = HexFormat.of().parseHex(hex.replace("#", "00".repeat(200)));

        assertThat(Der.isDer(octets)).isEqualTo(isDer);
    }

    @Test
    void whatIsKnownToBeDerIsDer() throws Exception {
        Random random = new Random(4);
        byte[] tags = HexFormat.of().parseHex("0102030405060A0C1316171819303131313131A080A1819F24");
        int known = 0;
        int parsed = 0;
        for (int i = 0; i < 200_000; i++) {
            Optional<ASN1Primitive> value = parse(value(random, tags, 4));
            if (value.isPresent()) {
                byte[] octets = Der.encodeUnsorted(value.get());
                if (Der.isDer(octets)) {
                    assertThat(Der.encode(value.get())).isEqualTo(octets);
                    known++;
                }
                parsed++;
            }
        }
        assertThat(known).isBetween(parsed / 10, parsed * 9 / 10);
    }

    private static byte[] value(Random random, byte[] tags, int depth) {
        int tag = tags[random.nextInt(tags.length)] & 0xFF;
        byte[][] parts = new byte[(tag & 0x20) == 0 || depth == 0 ? 0 : random.nextInt(4)][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = value(random, tags, depth - 1);
        }
        if ((tag & 0x20) == 0) {
            byte[] content = new byte[random.nextInt(5) == 0 ? random.nextInt(3) : 1];
            random.nextBytes(content);
            return Der.value(tag, content);
        }
        return Der.value(tag, parts);
    }

    private static Optional<ASN1Primitive> parse(byte[] octets) {
        try {
            return Optional.of(ASN1Primitive.fromByteArray(octets));
        } catch (IOException | RuntimeException malformed) {
            return Optional.empty();
        }
    }
}
