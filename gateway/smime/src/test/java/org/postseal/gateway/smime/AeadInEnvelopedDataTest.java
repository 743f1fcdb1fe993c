package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.Provider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.LegacyAlgorithm;

/** Opens what Bouncy Castle's CMSEnvelopedDataStreamGenerator makes if it is asked for AES-GCM. */
class AeadInEnvelopedDataTest {
    private static final Provider PEER = new BouncyCastleProvider();
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final LegacyReading ALLOWED = new LegacyReading(Set.of(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA));
    private static final String ENTITY = "Content-Type: text/plain\r\n\r\nA line of text\r\n";

    @ParameterizedTest
    @CsvSource({
        "2.16.840.1.101.3.4.1.6, 128, AES128_GCM",
        "2.16.840.1.101.3.4.1.26, 128, AES192_GCM",
        "2.16.840.1.101.3.4.1.46, 128, AES256_GCM",
        "2.16.840.1.101.3.4.1.6, 120, AES128_GCM",
        "2.16.840.1.101.3.4.1.6, 96, AES128_GCM"
    })
    void isOpenedIfItIsAllowedAndNotOtherwise(String cipher, int tag, String opened) throws Exception {
        byte[] object = object(ENTITY, cipher, tag);

        OpenResult result = Mail.open(Samples.labelled(object), ALLOWED, BOB.keyHandle());

        assertThat(result).isInstanceOfSatisfying(OpenResult.Opened.class, found -> {
            assertThat(found.cipher()).isEqualTo(opened);
            assertThat(found.old()).containsExactly(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA);
            assertThat(found.isAuthenticated()).isTrue();
        });
        assertThat(new String(opened(object), StandardCharsets.US_ASCII)).endsWith("\r\nA line of text\r\n");
        LegacyReading others =
                new LegacyReading(EnumSet.complementOf(EnumSet.of(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA)));
        for (LegacyReading none : Set.of(LegacyReading.NONE, others)) {
            assertThat(Mail.open(Samples.labelled(object), none, BOB.keyHandle()))
                    .isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.CIPHER_NOT_ALLOWED));
        }
    }

    /** RFC 5084 §3.2 allows no tag that is shorter than 12 octets. */
    @Test
    void aShortTagIsRefused() throws Exception {
        byte[] object = object(ENTITY, CMSAlgorithm.AES128_GCM.getId(), 104);
        int length = indexOf(object, new byte[] {0x02, 0x01, 13});
        object[length + 2] = 8;

        assertThat(Mail.open(Samples.labelled(object), ALLOWED, BOB.keyHandle()))
                .isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.MALFORMED));
    }

    @Test
    void noAlteredOctetYieldsOtherContent() throws Exception {
        byte[] object = object(ENTITY, CMSAlgorithm.AES128_GCM.getId(), 128);
        byte[] content = opened(object);
        for (int i = 0; i < object.length; i++) {
            byte[] altered = object.clone();
            altered[i] ^= 1;
            if (Mail.open(Samples.labelled(altered), ALLOWED, BOB.keyHandle()) instanceof OpenResult.Opened found) {
                // The octet may mean nothing, as in a version.
                assertThat(found.message().message().toByteArray())
                        .as("octet %d", i)
                        .isEqualTo(content);
            }
        }
    }

    /** The ciphertext fills chunks of ours in part, exactly, and with some octets of the tag. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 100_000, ContentCipher.CHUNK * 2})
    void contentOfAnyLengthIsWhole(int octets) throws Exception {
        String entity = "Content-Type: text/plain\r\n\r\n" + "0123456789abcd\r\n".repeat(octets / 16 + 1)
                + "x".repeat(octets % 16);

        byte[] object = object(entity, CMSAlgorithm.AES256_GCM.getId(), 128);

        assertThat(new String(opened(object), StandardCharsets.US_ASCII)).endsWith(entity.substring(26));
    }

    /** Streams may hand over any number of octets at a time. */
    @ParameterizedTest
    @CsvSource({"0, 16", "1, 16", "15, 16", "16, 16", "17, 16", "1000, 16", "1000, 12", "1000, 0"})
    void theTagIsKeptBack(int octets, int tag) throws Exception {
        byte[] all = new byte[octets];
        for (int i = 0; i < octets; i++) {
            all[i] = (byte) i;
        }
        for (int step : new int[] {1, 3, 16, 64}) {
            InputStream slow = new FilterInputStream(new ByteArrayInputStream(all)) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return super.read(into, offset, Math.min(length, step));
                }
            };
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            try (TagAtEnd in = new TagAtEnd(slow, tag)) {
                byte[] chunk = new byte[7];
                for (int n = in.readNBytes(chunk, 0, 7); n > 0; n = in.readNBytes(chunk, 0, 7)) {
                    content.write(chunk, 0, n);
                }
                assertThat(content.size()).isEqualTo(Math.max(0, octets - tag));
                content.write(in.tag());
            }
            assertThat(content.toByteArray()).isEqualTo(all);
        }
    }

    private static byte[] opened(byte[] object) throws Exception {
        return Mail.open(Samples.labelled(object), ALLOWED, BOB.keyHandle()) instanceof OpenResult.Opened found
                ? found.message().message().toByteArray()
                : new byte[0];
    }

    private static byte[] object(String entity, String cipher, int tagBits) throws Exception {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("GCM", PEER);
        parameters.init(new GCMParameterSpec(tagBits, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
        CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER));
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (OutputStream out = generator.open(
                object,
                new JceCMSContentEncryptorBuilder(new ASN1ObjectIdentifier(cipher))
                        .setProvider(PEER)
                        .setAlgorithmParameters(parameters)
                        .build())) {
            out.write(entity.getBytes(StandardCharsets.US_ASCII));
        }
        return object.toByteArray();
    }

    private static int indexOf(byte[] in, byte[] wanted) {
        for (int at = 0; at <= in.length - wanted.length; at++) {
            if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }
}
