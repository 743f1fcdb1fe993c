package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;

/** Tests the derivation of RFC 9709 by its numeric examples and by structure. */
class DerivedContentKeyTest {
    @Test
    void aContentKeyIsBoundToItsCipher() throws Exception {
        byte[] recovered = HexFormat.of().parseHex("c702e7d0a9e064b09ba55245fb733cf3");
        // This is AES-128-GCM with its parameters, as in RFC 9709 appendix B.1.
        byte[] gcm = HexFormat.of().parseHex("301b0609608648016503040106300e040c5c79058ba2f43447639d29e2");
        AlgorithmIdentifier inner = AlgorithmIdentifier.getInstance(gcm);
        ContentKeyUse use = ContentKeyUse.of(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.31"), inner));

        assertThat(use.isDerived()).isTrue();
        assertThat(use.algorithm()).isEqualTo(inner);
        assertThat(HexFormat.of().formatHex(use.key(recovered))).isEqualTo("2124ffb29fac4e0fbbc7d5d87492bff3");
        assertThat(recovered).containsOnly(0);
    }

    @Test
    void anyOtherIsUsedAsItIs() {
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        ContentKeyUse use =
                ContentKeyUse.of(new AlgorithmIdentifier(new ASN1ObjectIdentifier("2.16.840.1.101.3.4.1.2")));

        assertThat(use.isDerived()).isFalse();
        assertThat(use.key(key)).isSameAs(key);
    }
}
