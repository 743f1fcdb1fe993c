package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AesKeyUnwrapTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String KEY_128 = "000102030405060708090A0B0C0D0E0F";
    private static final String KEY_192 = KEY_128 + "1011121314151617";
    private static final String KEY_256 = KEY_192 + "18191A1B1C1D1E1F";
    private static final String DATA_128 = "00112233445566778899AABBCCDDEEFF";
    private static final String DATA_192 = DATA_128 + "0001020304050607";
    private static final String DATA_256 = DATA_192 + "08090A0B0C0D0E0F";

    /** These are the vectors of RFC 3394 §4. */
    @ParameterizedTest
    @CsvSource({
        KEY_128 + "," + DATA_128 + ",1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5",
        KEY_192 + "," + DATA_128 + ",96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D",
        KEY_256 + "," + DATA_128 + ",64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7",
        KEY_192 + "," + DATA_192 + ",031D33264E15D33268F24EC260743EDCE1C6C7DDEE725A936BA814915C6762D2",
        KEY_256 + "," + DATA_192 + ",A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1",
        KEY_256 + "," + DATA_256 + ",28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    })
    void theVectorsOfTheRfc(String wrappingKey, String data, String wrapped) throws Exception {
        byte[] substitute = new byte[data.length() / 2];

        byte[] found = AesKeyUnwrap.unwrap(HEX.parseHex(wrappingKey), HEX.parseHex(wrapped), substitute);

        assertThat(HEX.formatHex(found)).isEqualTo(data);
    }

    @ParameterizedTest
    @EnumSource(names = {"AES128", "AES192", "AES256"})
    void whatTheJdkWrapsAndNothingThatWasAltered(ContentKeyWrap wrap) throws Exception {
        Random random = new Random(3394);
        for (int length : new int[] {16, 24, 32, 64}) {
            byte[] wrappingKey = new byte[wrap.keyLength()];
            byte[] contentKey = new byte[length];
            byte[] substitute = new byte[length];
            random.nextBytes(wrappingKey);
            random.nextBytes(contentKey);
            random.nextBytes(substitute);
            byte[] wrapped = wrap.wrap(wrappingKey, contentKey);

            assertThat(wrap.unwrap(wrappingKey, wrapped, substitute)).isEqualTo(contentKey);
            for (int i = 0; i < 8 * wrapped.length; i++) {
                byte[] altered = wrapped.clone();
                altered[i / 8] ^= (byte) (1 << i % 8);
                assertThat(wrap.unwrap(wrappingKey, altered, substitute)).isEqualTo(substitute);
            }
            wrappingKey[0] ^= 1;
            assertThat(wrap.unwrap(wrappingKey, wrapped, substitute)).isEqualTo(substitute);
        }
    }

    @Test
    void aKeyOfAnotherLengthIsNone() throws Exception {
        byte[] wrappingKey = HEX.parseHex(KEY_256);
        byte[] wrapped = ContentKeyWrap.AES256.wrap(wrappingKey, HEX.parseHex(DATA_256));
        for (int length : new int[] {1, 8, 16, 24, 33, 40}) {
            byte[] substitute = new byte[length];
            assertThat(ContentKeyWrap.AES256.unwrap(wrappingKey, wrapped, substitute))
                    .isSameAs(substitute);
        }
        for (int length : new int[] {0, 8, 16, 24, 39, 41, 48}) {
            byte[] substitute = new byte[32];
            assertThat(ContentKeyWrap.AES256.unwrap(wrappingKey, new byte[length], substitute))
                    .isSameAs(substitute);
        }
    }
}
