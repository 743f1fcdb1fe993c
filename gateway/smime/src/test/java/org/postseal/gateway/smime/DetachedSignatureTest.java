package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.SigningSettings;

class DetachedSignatureTest {
    private final SignedDataReader reader = new SignedDataReader();

    @Test
    void mostObjectsAreReadAsTheStreamIs() throws Exception {
        List<byte[]> objects = objects();
        int read = 0;
        for (byte[] object : objects) {
            Optional<String> first = usual(object);
            if (first.isPresent()) {
                assertThat(first).isEqualTo(streamed(object));
                assertThat(usual(object)).as("its certificates are known now").isEqualTo(first);
                read++;
            }
        }
        // Others have indefinite lengths, revocation lists or content.
        assertThat(read).isBetween(8, objects.size() - 1);
    }

    // Whatever is read from a damaged object must be what the streaming reader reads from it.
    @Test
    void noOctetMakesADifference() throws Exception {
        Random random = new Random(3);
        int read = 0;
        int tried = 0;
        for (byte[] object : objects()) {
            for (int i = 0; i < object.length; i++) {
                byte[] altered = altered(object, i, random);
                Optional<String> usual = usual(altered);
                if (usual.isPresent()) {
                    assertThat(usual).as("octet " + i).isEqualTo(streamed(altered));
                    read++;
                }
                tried++;
            }
        }
        assertThat(read).isBetween(tried / 4, tried - tried / 20);
    }

    @ParameterizedTest
    @CsvSource({"020101,true", "0200,false", "02020101,false"})
    void theVersionIsANumber(String version, boolean isUsual) {
        byte[] object = Der.value(
                Der.SEQUENCE,
                Der.encode(CMSObjectIdentifiers.signedData),
                Der.value(
                        Der.CONTEXT_0_CONSTRUCTED,
                        Der.value(
                                Der.SEQUENCE,
                                HexFormat.of().parseHex(version),
                                Der.value(Der.SET),
                                Der.value(Der.SEQUENCE, Der.encode(CMSObjectIdentifiers.data)),
                                Der.value(Der.SET))));

        assertThat(usual(object).isPresent()).isEqualTo(isUsual);
        assertThat(streamed(object).isPresent()).isEqualTo(!version.equals("0200"));
    }

    // Of the four ways to alter an octet, one is tried at each place.
    private static byte[] altered(byte[] object, int at, Random random) {
        byte[] altered = object.clone();
        switch (random.nextInt(4)) {
            case 0 -> altered[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> altered[at] = (byte) (random.nextBoolean() ? 0x80 : random.nextInt(256));
            case 2 -> altered[at] = 0;
            default -> {
                altered = Arrays.copyOf(object, object.length - 1);
                System.arraycopy(object, at + 1, altered, at, object.length - at - 1);
            }
        }
        return altered;
    }

    private Optional<String> usual(byte[] object) {
        try {
            return Optional.of(text(reader.readUsual(object)));
        } catch (IOException | RuntimeException unusual) {
            return Optional.empty();
        }
    }

    private static Optional<String> streamed(byte[] object) {
        try {
            return Optional.of(text(new SignedDataReader().read(new ByteArrayInputStream(object), object.length)));
        } catch (IOException | RuntimeException malformed) {
            return Optional.empty();
        }
    }

    private static String text(SignedDataReader.Contents contents) {
        List<String> parts = new ArrayList<>(List.of(
                contents.hasContent() + " " + contents.contentType(),
                contents.digests().keySet().toString(),
                contents.lists().toString()));
        contents.certificates().forEach(each -> parts.add(HexFormat.of().formatHex(each.encoded())));
        contents.signers().forEach(each -> parts.add(HexFormat.of().formatHex(Der.encodeUnsorted(each))));
        return String.join("\n", parts);
    }

    /** Returns detached signatures: ours, and those of other programs. */
    private static List<byte[]> objects() throws Exception {
        List<byte[]> objects = new ArrayList<>();
        RawMessage entity = RawMessage.of("\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII));
        SigningSettings settings =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PSS, true);
        for (KeyAlgorithm algorithm : List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.P256)) {
            objects.add(CmsWork.signedData(entity, Pki.key(Pki.ALICE, algorithm), settings, Pki.NOW)
                    .toByteArray());
        }
        for (SignedSamplesTest.Signed sample : SignedSamplesTest.SAMPLES) {
            Optional<MimeEntity.SignedParts> parts =
                    Mail.scan(Samples.mail(sample.file())).signedParts();
            if (parts.isPresent()) {
                try (InputStream object = CmsRoot.content(parts.get().signature())) {
                    objects.add(object.readAllBytes());
                }
            }
        }
        return objects;
    }
}
