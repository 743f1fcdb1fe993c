package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.EncryptionSettings;

/** Puts text into each place of ciphertexts of ours, in DER and BER, and checks that it is found. */
class CiphertextMutationTest {
    record Original(String name, RawMessage message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Original> originals() throws Exception {
        List<Original> originals = new ArrayList<>();
        RawMessage message = Mail.message(Mail.body(700));
        for (KeyAlgorithm key : List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.P256, KeyAlgorithm.ML_KEM_768)) {
            for (EncryptionSettings settings : List.of(Mail.CBC, Mail.GCM)) {
                originals.add(new Original(
                        key + " " + settings.cipher(),
                        Mail.encrypt(message, settings, Pki.issued(Pki.BOB, key).certificate())));
            }
        }
        originals.add(new Original(
                "two recipients by key identifier",
                Mail.encrypt(
                        message,
                        new EncryptionSettings(
                                EncryptionSettings.Cipher.AES256_GCM,
                                EncryptionSettings.RsaKeyTransport.OAEP_SHA256,
                                true),
                        Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048).certificate(),
                        Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate())));
        return originals.stream();
    }

    @ParameterizedTest
    @MethodSource("originals")
    void unchangedItIsSoundInDerAndBer(Original original) throws Exception {
        BerTree object = BerTree.read(object(original.message));
        assertThat(read(original.message)).isInstanceOf(SenderEncryption.Sound.class);
        assertThat(read(with(original.message, object.der()))).isInstanceOf(SenderEncryption.Sound.class);
        assertThat(read(with(original.message, object.ber()))).isInstanceOf(SenderEncryption.Sound.class);
    }

    @ParameterizedTest
    @MethodSource("originals")
    void textInAnyPlaceIsFound(Original original) throws Exception {
        Map<EncryptionDoubt, Integer> found = new EnumMap<>(EncryptionDoubt.class);
        byte[] octets = object(original.message);
        int nodes = BerTree.read(octets).all().size();
        int mutants = 0;
        for (int node = 0; node < nodes; node++) {
            for (Mutation mutation : Mutation.values()) {
                for (byte[] marker : MARKERS) {
                    BerTree object = BerTree.read(octets);
                    if (isInName(object, object.all().get(node))
                            || !mutation.change(object.all().get(node), marker)) {
                        continue;
                    }
                    for (byte[] changed : List.of(object.der(), object.ber())) {
                        mutants++;
                        SenderEncryption read = read(with(original.message, changed));
                        assertThat(read)
                                .as(
                                        "%s at node %d (tag %x)",
                                        mutation, node, object.all().get(node).tag)
                                .isNotInstanceOf(SenderEncryption.Sound.class);
                        if (read instanceof SenderEncryption.Doubtful(EncryptionDoubt doubt, var _)) {
                            found.merge(doubt, 1, Integer::sum);
                        }
                    }
                }
            }
        }
        assertThat(mutants).isGreaterThan(300);
        // It would be wrong to call everything malformed.
        assertThat(found.keySet())
                .contains(
                        EncryptionDoubt.MALFORMED,
                        EncryptionDoubt.NO_PUBLIC_KEY,
                        EncryptionDoubt.CONTENT_READABLE,
                        EncryptionDoubt.CIPHER_UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("originals")
    void wordsInPlaceOfAValueAreFound(Original original) throws Exception {
        byte[] octets = object(original.message);
        int nodes = BerTree.read(octets).all().size();
        for (int node = 0; node < nodes; node++) {
            for (int length : new int[] {14, 20, 32}) {
                BerTree object = BerTree.read(octets);
                BerTree changed = object.all().get(node);
                // Nonces, identifiers and serial numbers that are this short are not looked at.
                boolean isNumber = changed.tag == 0x02 || changed.tag == 0x04 || changed.tag == 0x80;
                if (!isInName(object, changed)
                        && !(isNumber && length < 20)
                        && Mutation.REPLACE.change(changed, Arrays.copyOf(MARKERS.getFirst(), length))) {
                    assertThat(read(with(original.message, object.der())))
                            .as("%d at node %d (tag %x)", length, node, changed.tag)
                            .isNotInstanceOf(SenderEncryption.Sound.class);
                }
            }
        }
    }

    @Test
    void wordsInManyShortKeyIdentifiersAreFound() throws Exception {
        RawMessage message = originals().toList().getLast().message;
        BerTree object = BerTree.read(object(message));
        List<BerTree> infos = object.at(1, 0, 1).children;
        BerTree byIdentifier =
                infos.stream().filter(info -> info.tag == 0x30).findFirst().orElseThrow();
        for (int at = 0; at < 48; at += 16) {
            BerTree info = BerTree.read(byIdentifier.der());
            info.children.set(1, BerTree.of(0x80, Arrays.copyOfRange(MARKERS.getFirst(), at + 28, at + 44)));
            infos.add(info);
        }
        assertThat(read(with(message, object.der())))
                .isInstanceOfSatisfying(
                        SenderEncryption.Doubtful.class,
                        doubtful -> assertThat(doubtful.doubt()).isEqualTo(EncryptionDoubt.NO_PUBLIC_KEY));
    }

    private enum Mutation {
        REPLACE {
            @Override
            boolean change(BerTree node, byte[] marker) {
                boolean isPossible = !node.isConstructed();
                node.content = marker;
                return isPossible;
            }
        },
        IN_FRONT {
            @Override
            boolean change(BerTree node, byte[] marker) {
                boolean isPossible = !node.isConstructed();
                node.content = Der.join(marker, node.content);
                return isPossible;
            }
        },
        BEHIND {
            @Override
            boolean change(BerTree node, byte[] marker) {
                boolean isPossible = !node.isConstructed();
                node.content = Der.join(node.content, marker);
                return isPossible;
            }
        },
        MIDDLE {
            @Override
            boolean change(BerTree node, byte[] marker) {
                boolean isPossible = !node.isConstructed() && node.content.length > 1;
                int half = node.content.length / 2;
                node.content = Der.join(
                        Arrays.copyOf(node.content, half),
                        marker,
                        Arrays.copyOfRange(node.content, half, node.content.length));
                return isPossible;
            }
        },
        OVER {
            @Override
            boolean change(BerTree node, byte[] marker) {
                boolean isPossible = !node.isConstructed() && node.content.length > marker.length;
                if (isPossible) {
                    int at = new Random(node.content.length).nextInt(node.content.length - marker.length);
                    System.arraycopy(marker, 0, node.content, at, marker.length);
                }
                return isPossible;
            }
        },
        FIRST_ELEMENT {
            @Override
            boolean change(BerTree node, byte[] marker) {
                node.children.addFirst(BerTree.of(0x0C, marker));
                return node.isConstructed();
            }
        },
        LAST_ELEMENT {
            @Override
            boolean change(BerTree node, byte[] marker) {
                node.children.add(BerTree.of(0x04, marker));
                return node.isConstructed();
            }
        },
        LAST_TAGGED {
            @Override
            boolean change(BerTree node, byte[] marker) {
                BerTree tagged = new BerTree(0xA1);
                BerTree attribute = new BerTree(0x30);
                attribute.children.add(BerTree.of(0x06, new byte[] {0x2A, 0x03, 0x04}));
                BerTree values = new BerTree(0x31);
                values.children.add(BerTree.of(0x0C, marker));
                attribute.children.add(values);
                tagged.children.add(attribute);
                node.children.add(tagged);
                return node.isConstructed();
            }
        };

        /** Changes a node. Returns false if the mutation does not apply to it. */
        abstract boolean change(BerTree node, byte[] marker);
    }

    /** Returns true for a node in the name of an issuer, which is text by nature. */
    private static boolean isInName(BerTree root, BerTree wanted) {
        return root.all().stream()
                .filter(node -> node.tag == 0x30
                        && node.children.size() == 2
                        && node.children.get(0).tag == 0x30
                        && node.children.get(1).tag == 0x02
                        && node.children.get(0).children.stream().allMatch(child -> child.tag == 0x31))
                .flatMap(node -> node.children.get(0).all().stream())
                .anyMatch(node -> node == wanted);
    }

    static SenderEncryption read(RawMessage message) throws Exception {
        var root = Mail.scan(message);
        return SenderEncryption.of(root, new LayerReader(LayerReader.MOST, Mail.scope()).read(root, ""));
    }

    static byte[] object(RawMessage message) throws Exception {
        try (InputStream in = CmsRoot.content(Mail.scan(message))) {
            return in.readAllBytes();
        }
    }

    static RawMessage with(RawMessage message, byte[] object) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Mail.header(message).toByteArray());
        out.writeBytes(Base64.getMimeEncoder().encode(object));
        out.writeBytes(new byte[] {'\r', '\n'});
        return RawMessage.of(out.toByteArray());
    }

    private static final String TEXT =
            "Content-Type: text/plain\r\n\r\nThe secret plan is to sell everything on Monday at nine o'clock.\r\n";
    private static final String CYRILLIC =
            ("\u0421\u0435\u043a\u0440\u0435\u0442\u043d\u044b\u0439 \u043f\u043b\u0430\u043d:"
                            + " \u043f\u0440\u043e\u0434\u0430\u0442\u044c \u0432\u0441\u0451 \u0432"
                            + " \u043f\u043e\u043d\u0435\u0434\u0435\u043b\u044c\u043d\u0438\u043a"
                            + " \u0443\u0442\u0440\u043e\u043c.")
                    .repeat(3);
    private static final List<byte[]> MARKERS = List.of(
            TEXT.getBytes(StandardCharsets.US_ASCII),
            CYRILLIC.getBytes(StandardCharsets.UTF_8),
            TEXT.getBytes(StandardCharsets.UTF_16LE));
}
