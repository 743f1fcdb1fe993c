package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hostile object is given up before much of it is read and made into objects. The test counts octets, since time
 * depends on the machine.
 */
class CmsCostTest {
    private static final int OCTETS = 12 << 20;
    private static final ASN1ObjectIdentifier ODD = new ASN1ObjectIdentifier("1.2.3");
    // This is SEQUENCE { SEQUENCE { SEQUENCE {}, INTEGER 1 }, OCTET STRING }.
    private static final byte[] ENCRYPTED_KEY = HexFormat.of().parseHex("300a3005300002010104010a");

    static Stream<Arguments> bombs() throws IOException {
        byte[] nulls = repeated(new byte[] {5, 0}, OCTETS);
        byte[] threeMillion = repeated(new byte[] {5, 0}, 3 << 20);
        return Stream.of(
                Arguments.of("a value of nulls", other(wrapped(0x30, nulls))),
                Arguments.of("a set of integers", other(wrapped(0x31, repeated(new byte[] {2, 1, 5}, OCTETS)))),
                Arguments.of("empty sequences", other(wrapped(0x30, repeated(new byte[] {0x30, 0}, OCTETS)))),
                Arguments.of(
                        "indefinite lengths", other(wrapped(0x30, repeated(new byte[] {0x30, -128, 0, 0}, OCTETS)))),
                Arguments.of("several of nulls", repeated(other(wrapped(0x30, threeMillion)), OCTETS)),
                Arguments.of("one agreement with many", agreement(repeated(ENCRYPTED_KEY, OCTETS))),
                Arguments.of("small ones", repeated(other(new byte[] {5, 0}), OCTETS)),
                Arguments.of("passwords", repeated(wrapped(0xA3, new byte[] {2, 1, 0}), OCTETS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void recipientsAreGivenUpBeforeTheyAreMade(String name, byte[] recipients) throws IOException {
        for (byte[] object : new byte[][] {enveloped(wrapped(0x31, recipients)), enveloped(open(recipients))}) {
            Counting in = new Counting(object);

            assertThatThrownBy(() -> EnvelopedDataReader.open(in, object.length, CmsLimits.DEFAULT, RecipientKeys.NONE))
                    .isInstanceOfAny(IOException.class, RuntimeException.class);
            assertThat(in.taken).isLessThan(1 << 20);
        }
    }

    @Test
    void algorithmsAndCertificatesOfASignatureAreTheSame() throws IOException {
        byte[] version = {2, 1, 1};
        byte[] content = wrapped(0x30, CMSObjectIdentifiers.data.getEncoded());
        byte[] nulls = wrapped(0x30, repeated(new byte[] {5, 0}, OCTETS));
        byte[] noAlgorithms = wrapped(0x31, new byte[0]);
        // The content has an indefinite length, so a parser has read two octets beyond it.
        byte[] open = joined(
                new byte[] {0x30, -128},
                CMSObjectIdentifiers.data.getEncoded(),
                new byte[] {-96, -128, 0x24, -128},
                new byte[] {4, 2, 5, 0},
                new byte[] {0, 0, 0, 0, 0, 0});
        for (byte[] data : List.of(
                joined(version, wrapped(0x31, nulls), content),
                joined(version, noAlgorithms, content, wrapped(0xA0, nulls)),
                joined(version, noAlgorithms, open, wrapped(0xA0, nulls)),
                joined(version, noAlgorithms, content, wrapped(0x31, nulls)))) {
            byte[] object =
                    wrapped(0x30, CMSObjectIdentifiers.signedData.getEncoded(), wrapped(0xA0, wrapped(0x30, data)));
            Counting in = new Counting(object);

            assertThatThrownBy(() -> new SignedDataReader().read(in, object.length))
                    .isInstanceOfAny(IOException.class, RuntimeException.class);
            assertThat(in.taken).isLessThan(1 << 20);
        }
    }

    @Test
    void asManyRecipientsAsTheLimitSaysAreRead() throws IOException {
        byte[] name = HexFormat.of().parseHex("310b3009060355040a0c024163");
        byte[] issuer = wrapped(0x30, wrapped(0x30, repeated(name, 8 * name.length)), new byte[] {2, 1, 1});
        byte[] key = wrapped(
                0x30,
                new byte[] {2, 1, 0},
                issuer,
                HexFormat.of().parseHex("300d06092a864886f70d0101010500"),
                wrapped(4, new byte[512]));
        byte[] object = enveloped(wrapped(0x31, repeated(key, 2_000 * key.length)));

        try (EnvelopedDataReader reader = EnvelopedDataReader.open(
                new ByteArrayInputStream(object), object.length, CmsLimits.DEFAULT, RecipientKeys.NONE)) {
            assertThat(reader.recipients()).isEmpty();
            try (InputStream content = reader.ciphertext()) {
                assertThat(content.readAllBytes()).isEqualTo(new byte[32]);
            }
        }
    }

    @Test
    void whatStandsBehindTheContentIsCountedFromItsBeginning() throws IOException {
        // The octets 05 00 05 00 ... within the content are no objects.
        byte[] object = enveloped(wrapped(0x31, other(new byte[] {5, 0})), repeated(new byte[] {5, 0}, OCTETS));

        try (EnvelopedDataReader reader = EnvelopedDataReader.open(
                        new ByteArrayInputStream(object), object.length, CmsLimits.DEFAULT, RecipientKeys.NONE);
                InputStream content = reader.ciphertext()) {
            assertThat(content.transferTo(java.io.OutputStream.nullOutputStream()))
                    .isEqualTo(OCTETS);
        }
    }

    private static byte[] enveloped(byte[] recipients) throws IOException {
        return enveloped(recipients, new byte[32]);
    }

    private static byte[] enveloped(byte[] recipients, byte[] content) throws IOException {
        byte[] encrypted = wrapped(
                0x30,
                CMSObjectIdentifiers.data.getEncoded(),
                new AlgorithmIdentifier(ContentCipher.AES256_CBC.oid(), new DEROctetString(new byte[16])).getEncoded(),
                wrapped(0x80, content));
        byte[] data = wrapped(0x30, new ASN1Integer(2).getEncoded(), recipients, encrypted);
        return wrapped(0x30, CMSObjectIdentifiers.envelopedData.getEncoded(), wrapped(0xA0, data));
    }

    private static byte[] other(byte[] value) throws IOException {
        return wrapped(0xA4, ODD.getEncoded(), value);
    }

    private static byte[] agreement(byte[] keys) throws IOException {
        byte[] algorithm = new AlgorithmIdentifier(ODD).getEncoded();
        byte[] originator = wrapped(0xA0, wrapped(0xA1, algorithm, new byte[] {3, 2, 0, 4}));
        return wrapped(0xA1, new byte[] {2, 1, 3}, originator, algorithm, wrapped(0x30, keys));
    }

    // This has an indefinite length.
    private static byte[] open(byte[] content) throws IOException {
        return joined(new byte[] {0x31, -128}, content, new byte[] {0, 0});
    }

    private static byte[] wrapped(int tag, byte[]... parts) throws IOException {
        byte[] content = joined(parts);
        if (content.length < 128) {
            return joined(new byte[] {(byte) tag, (byte) content.length}, content);
        }
        byte[] length = BigInteger.valueOf(content.length).toByteArray();
        byte[] plain = length[0] == 0 ? Arrays.copyOfRange(length, 1, length.length) : length;
        return joined(new byte[] {(byte) tag, (byte) (0x80 | plain.length)}, plain, content);
    }

    private static byte[] repeated(byte[] one, int octets) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(octets);
        for (int i = 0; i < octets / one.length; i++) {
            all.write(one);
        }
        return all.toByteArray();
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    private static final class Counting extends FilterInputStream {
        private long taken;

        Counting(byte[] octets) {
            super(new ByteArrayInputStream(octets));
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            int count = super.read(octets, offset, length);
            taken += Math.max(count, 0);
            return count;
        }
    }
}
