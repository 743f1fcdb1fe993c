package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

class SenderEncryptionTest {
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.RSA2048);
    private static final String SECRET = "The secret plan is to sell everything on Monday.\r\n";

    @ParameterizedTest
    @EnumSource(EncryptionSettings.Cipher.class)
    void everyCipherOfOursIsSound(EncryptionSettings.Cipher cipher) throws Exception {
        RawMessage sealed = Mail.encrypt(
                Mail.message(Mail.body(300)),
                new EncryptionSettings(cipher, EncryptionSettings.RsaKeyTransport.PKCS1),
                BOB.certificate());
        assertThat(read(sealed))
                .isInstanceOfSatisfying(
                        SenderEncryption.Sound.class,
                        sound -> assertThat(sound.cipher().map(Enum::name).map(name -> name.replace("_CBC", "")))
                                .contains(cipher.name().replace("_CBC", "")));
    }

    @Test
    void itIsForItsReadersAndForNoOtherKeyOfThem() throws Exception {
        IssuedCertificate curve = Pki.issued(Pki.ALICE, KeyAlgorithm.P256);
        RawMessage sealed = Mail.encrypt(Mail.message(SECRET), Mail.GCM, BOB.certificate(), curve.certificate());
        assertThat(read(sealed)).isInstanceOfSatisfying(SenderEncryption.Sound.class, sound -> {
            assertThat(sound.isFor(BOB.certificate())).isTrue();
            assertThat(sound.isFor(curve.certificate())).isTrue();
            assertThat(sound.isFor(ALICE.certificate())).isFalse();
            assertThat(sound.isFor(Pki.issued(Pki.BOB, KeyAlgorithm.P256).certificate()))
                    .isFalse();
        });
    }

    @Test
    void plaintextInAnEnvelopeForNobodyIsDoubtful() throws Exception {
        assertThat(doubt(sealed(object -> {
                    BerTree data = object.at(1, 0);
                    data.children.get(1).children.clear();
                    data.at(2, 2).content = SECRET.repeat(16).getBytes(StandardCharsets.US_ASCII);
                    return object.der();
                })))
                .contains(EncryptionDoubt.NO_PUBLIC_KEY);
        assertThat(doubt(sealed(object -> {
                    object.at(1, 0, 2, 2).content = SECRET.repeat(16).getBytes(StandardCharsets.US_ASCII);
                    return object.der();
                })))
                .contains(EncryptionDoubt.CONTENT_READABLE);
    }

    @Test
    void contentThatIsMissingOrCutIsDoubtful() throws Exception {
        assertThat(doubt(sealed(object -> {
                    object.at(1, 0, 2).children.remove(2);
                    return object.der();
                })))
                .contains(EncryptionDoubt.CONTENT_LENGTH);
        assertThat(doubt(sealed(object -> {
                    BerTree content = object.at(1, 0, 2, 2);
                    content.content = Arrays.copyOf(content.content, content.content.length - 1);
                    return object.der();
                })))
                .contains(EncryptionDoubt.CONTENT_LENGTH);
    }

    @Test
    void contentInPiecesIsReadAsOne() throws Exception {
        for (String text : List.of("", SECRET + SECRET)) {
            Optional<EncryptionDoubt> doubt = doubt(sealed(object -> {
                List<BerTree> encrypted = object.at(1, 0, 2).children;
                byte[] whole = encrypted.remove(2).content;
                byte[] marker = text.getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(marker, 0, whole, 16, marker.length);
                BerTree pieces = new BerTree(0xA0);
                for (int at = 0; at < whole.length; at += 16) {
                    BerTree nested = new BerTree(0x24);
                    nested.children.add(BerTree.of(0x04, Arrays.copyOfRange(whole, at, at + 16)));
                    pieces.children.add(at % 32 == 0 ? nested : nested.children.getFirst());
                }
                encrypted.add(pieces);
                return object.ber();
            }));
            assertThat(doubt)
                    .isEqualTo(Optional.of(EncryptionDoubt.CONTENT_READABLE).filter(_ -> !text.isEmpty()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "behind the base64",
                "behind the object",
                "beside a second Content-Type",
                "in front of the base64",
                "as a line of the header section",
                "as quoted-printable",
                "as 7bit"
            })
    void textAroundItIsDoubtful(String place) throws Exception {
        String mail = Mail.text(Mail.encrypt(Mail.message(SECRET), Mail.CBC, BOB.certificate()));
        int body = mail.indexOf("\r\n\r\n") + 4;
        String changed = switch (place) {
            case "behind the base64" -> mail + SECRET;
            case "in front of the base64" -> mail.substring(0, body) + SECRET + mail.substring(body);
            case "beside a second Content-Type" -> "Content-Type: text/plain\r\n" + mail;
            case "as a line of the header section" -> mail.substring(0, body - 2) + SECRET + mail.substring(body - 2);
            case "as quoted-printable" -> mail.replace("Encoding: base64", "Encoding: quoted-printable");
            case "as 7bit" -> mail.replace("Encoding: base64", "Encoding: 7bit");
            default ->
                Mail.text(CiphertextMutationTest.with(
                        Mail.of(mail),
                        Der.join(
                                CiphertextMutationTest.object(Mail.of(mail)),
                                SECRET.getBytes(StandardCharsets.US_ASCII))));
        };
        // A message that is no ciphertext for us is encrypted by us, which is safe as well.
        assertThat(read(Mail.of(changed))).isNotInstanceOf(SenderEncryption.Sound.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTripleWrapIsSoundUntilSomethingStandsInItsLayers(boolean isClear) throws Exception {
        String wrapped = tripleWrapped(isClear);
        assertThat(read(Mail.of(wrapped))).isInstanceOf(SenderEncryption.Sound.class);
        if (!isClear) {
            return;
        }
        String delimiter = "--"
                + Mail.scan(Mail.of(wrapped))
                        .contentType()
                        .parameter("boundary")
                        .orElseThrow();
        int first = wrapped.indexOf(delimiter);
        for (String changed : List.of(
                wrapped.substring(0, first) + SECRET + wrapped.substring(first),
                wrapped + SECRET,
                wrapped + "\r\n\r\n" + SECRET.repeat(20),
                wrapped.replace(delimiter + "\r\n", delimiter + "\r\nX-Text: " + SECRET),
                wrapped.replace(
                        delimiter + "\r\nContent-Type", delimiter + "\r\nContent-Type: text/plain\r\nContent-Type"))) {
            assertThat(changed).isNotEqualTo(wrapped);
            // A message that is no ciphertext for us is encrypted by us, which is safe as well.
            assertThat(read(Mail.of(changed))).isNotInstanceOf(SenderEncryption.Sound.class);
        }
        String another = wrapped.replace(
                "This is an S/MIME signed message", "This is a cryptographically signed message in MIME format.");
        assertThat(another).isNotEqualTo(wrapped);
        assertThat(read(Mail.of(another))).isInstanceOf(SenderEncryption.Sound.class);
    }

    @Test
    void aFieldWithinAnOpaqueSignatureIsDoubtful() throws Exception {
        RawMessage sealed = Mail.encrypt(Mail.message(SECRET), Mail.CBC, BOB.certificate());
        String entity = Mail.text(sealed).replaceFirst("(?s)^.*?(?=Content-Type)", "");
        for (String field : List.of("", "X-Text: " + SECRET)) {
            byte[] object = new org.bouncycastle.cms.CMSSignedDataGenerator()
                    .generate(
                            new org.bouncycastle.cms.CMSProcessableByteArray(
                                    (field + entity).getBytes(StandardCharsets.ISO_8859_1)),
                            true)
                    .getEncoded();
            RawMessage mail = Mail.of(Mail.OUTER + SmimeMail.pkcs7Mime("signed-data", object));
            assertThat(doubt(mail))
                    .isEqualTo(Optional.of(EncryptionDoubt.SURROUNDED).filter(_ -> !field.isEmpty()));
        }
    }

    @Test
    void whatTheSignatureAroundItDoesNotSignIsDoubtful() throws Exception {
        for (boolean isClear : List.of(true, false)) {
            RawMessage wrapped = Mail.of(tripleWrapped(isClear));
            RawMessage object = isClear
                    ? Mail.scan(wrapped).signedParts().orElseThrow().signature().raw()
                    : wrapped;
            String base64 = Mail.text(object).replaceAll("(?s)^.*?\r\n\r\n", "").strip();
            BerTree tree = BerTree.read(java.util.Base64.getMimeDecoder().decode(base64));
            BerTree signer = tree.at(1, 0).children.getLast().children.getFirst();
            BerTree attributes = new BerTree(0xA1);
            BerTree attribute = new BerTree(0x30);
            attribute.children.add(BerTree.of(0x06, new byte[] {0x2A, 0x03, 0x04}));
            BerTree values = new BerTree(0x31);
            values.children.add(BerTree.of(0x0C, SECRET.getBytes(StandardCharsets.US_ASCII)));
            attribute.children.add(values);
            attributes.children.add(attribute);
            signer.children.add(attributes);
            String changed = Mail.text(wrapped)
                    .replace(base64, java.util.Base64.getMimeEncoder().encodeToString(tree.der()));
            assertThat(doubt(Mail.of(changed))).contains(EncryptionDoubt.SURROUNDED);
        }
    }

    @Test
    void otherProgramsMakeSoundOnes() throws Exception {
        try (TestPki pki = new TestPki()
                .user("bob@example.net", KeyAlgorithm.RSA2048)
                .user("carol@example.net", KeyAlgorithm.P256)) {
            for (SmimePeer peer : SmimePeer.all(pki)) {
                try (peer) {
                    byte[] cms = peer.encrypt(
                            SmimeMail.entity(SECRET).getBytes(StandardCharsets.US_ASCII),
                            List.of(pki.identity("bob@example.net")));
                    RawMessage mail = Mail.of(Mail.OUTER + SmimeMail.pkcs7Mime("enveloped-data", cms));
                    assertThat(read(mail))
                            .as(peer.toString())
                            .isInstanceOfSatisfying(SenderEncryption.Sound.class, sound -> {
                                assertThat(sound.isFor(
                                                pki.issued("bob@example.net").certificate()))
                                        .isTrue();
                                assertThat(sound.isFor(
                                                pki.issued("carol@example.net").certificate()))
                                        .isFalse();
                            });
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rfc4134/5.1.bin, ''",
        "rfc4134/5.2.bin, NO_PUBLIC_KEY",
        "rfc4134/5.3.eml, ''",
        "rfc8551/8551-3.3-enveloped.b64, ''",
        // This says that the tag has 12 octets, by leaving the length out, but the tag has 16 (RFC 5084 §3.2).
        "rfc8551/8551-3.4-authenveloped.b64, CONTENT_LENGTH",
        // These have no MIME-Version.
        "bouncycastle/test128.message, STRUCTURE",
        "bouncycastle/test192.message, STRUCTURE",
        "bouncycastle/test256.message, STRUCTURE",
        "bouncycastle/outlook_2010_beta_sime_msg.eml, ''",
        // The content is words that are no MIME entity.
        "pqc/ml-kem/ML-KEM-512.cms, CONTENT_LENGTH",
        "bouncycastle/ecdh/encSess1.asc, ''",
        "bouncycastle/ecdh/encSess5.asc, ''",
        "bouncycastle/ecdh/encSessH.asc, ''"
    })
    void samplesOfOthersAreAsTheTableSays(String file, String doubt) throws Exception {
        assertThat(
                        read(Samples.mail(file)) instanceof SenderEncryption.Doubtful(EncryptionDoubt why, var _)
                                ? why.name()
                                : "")
                .isEqualTo(doubt);
    }

    @Test
    void tenMegabytesOfRandomOctetsCostLittle() throws Exception {
        byte[] octets = new byte[10 << 20];
        new Random(1).nextBytes(octets);
        CiphertextLook look = new CiphertextLook();
        look.add(octets, 0, octets.length);
        assertThat(look.doubt()).isEmpty();
    }

    private static String tripleWrapped(boolean isClear) throws Exception {
        SigningSettings signing =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, isClear);
        SignedMessage inner = Mail.signed(Mail.message(SECRET), ALICE, signing);
        Sendable.Sealed sealed = new CmsEncryptor()
                .encrypt(inner, CmsEncryptor.Audience.of(Mail.recipients(BOB.certificate())), Mail.CBC, Mail.scope());
        return Mail.text(new CmsSigner()
                .sign(sealed, CmsSigner.Signer.of(ALICE), signing, Pki.NOW, Mail.scope())
                .message());
    }

    private interface Change {
        byte[] of(BerTree object);
    }

    /** Makes a message of ours in AES-CBC, and changes its object. */
    private static RawMessage sealed(Change change) throws Exception {
        RawMessage message = Mail.encrypt(Mail.message(Mail.body(700)), Mail.CBC, BOB.certificate());
        return CiphertextMutationTest.with(message, change.of(BerTree.read(CiphertextMutationTest.object(message))));
    }

    private static Optional<EncryptionDoubt> doubt(RawMessage message) throws Exception {
        return read(message) instanceof SenderEncryption.Doubtful(EncryptionDoubt doubt, var _)
                ? Optional.of(doubt)
                : Optional.empty();
    }

    private static SenderEncryption read(RawMessage message) throws Exception {
        return CiphertextMutationTest.read(message);
    }
}
