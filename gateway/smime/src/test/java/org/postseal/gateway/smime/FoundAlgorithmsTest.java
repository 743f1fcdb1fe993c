package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/** Tells the protection that a message came with in the words of the policy. */
class FoundAlgorithmsTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    private static final RawMessage MESSAGE = Mail.message("x\r\n");

    static Stream<Arguments> foreign() {
        return Stream.of(
                Arguments.of(CMSAlgorithm.DES_CBC, Optional.of(EncryptionAlgorithm.DES)),
                Arguments.of(CMSAlgorithm.DES_EDE3_CBC, Optional.of(EncryptionAlgorithm.TRIPLE_DES)),
                Arguments.of(CMSAlgorithm.AES128_CBC, Optional.of(EncryptionAlgorithm.AES128)),
                Arguments.of(CMSAlgorithm.AES192_CBC, Optional.of(EncryptionAlgorithm.AES192)),
                Arguments.of(CMSAlgorithm.CAMELLIA256_CBC, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void ciphersOfOthersAreNamed(ASN1ObjectIdentifier cipher, Optional<EncryptionAlgorithm> expected) throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER));
        byte[] object = generator
                .generate(
                        new CMSProcessableByteArray("Content-Type: a/b\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                        new JceCMSContentEncryptorBuilder(cipher)
                                .setProvider(PEER)
                                .build())
                .getEncoded();
        RawMessage mail =
                Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getMimeEncoder().encodeToString(object) + "\r\n");

        assertThat(cipher(mail)).isEqualTo(expected);
    }

    @Test
    void ourOwnAreNamed() throws Exception {
        assertThat(cipher(Mail.encrypt(MESSAGE, Mail.CBC, BOB.certificate()))).contains(EncryptionAlgorithm.AES256);
        assertThat(cipher(Mail.encrypt(MESSAGE, Mail.GCM, BOB.certificate()))).contains(EncryptionAlgorithm.AES256_GCM);
        assertThat(cipher(Mail.sign(MESSAGE, ALICE, Mail.OPAQUE))).isEmpty();
        assertThat(cipher(MESSAGE)).isEmpty();
        assertThat(digest(Mail.sign(MESSAGE, ALICE, Mail.CLEAR))).contains(SignedAlgorithm.SHA256);
        assertThat(digest(Mail.sign(MESSAGE, ALICE, sha512(false)))).contains(SignedAlgorithm.SHA512);
        assertThat(digest(MESSAGE)).isEmpty();
    }

    @Test
    void aBrokenSignatureHasItsDigestAndGarbageHasNone() throws Exception {
        String signed = Mail.text(Mail.sign(Mail.message("Hello\r\n"), ALICE, sha512(true)));

        assertThat(digest(Mail.of(signed.replace("Hello", "Hallo")))).contains(SignedAlgorithm.SHA512);
        assertThat(cipher(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n\r\nhello\r\n")))
                .isEmpty();
    }

    private static SigningSettings sha512(boolean clear) {
        return new SigningSettings(SigningSettings.Digest.SHA512, SigningSettings.RsaPadding.PKCS1, clear);
    }

    private static Optional<EncryptionAlgorithm> cipher(RawMessage message) throws Exception {
        return CiphertextMutationTest.read(message).cipher();
    }

    private static Optional<SignedAlgorithm> digest(RawMessage message) throws Exception {
        return new SignatureVerifier()
                .check(
                        Mail.scan(message),
                        Optional.of(Pki.ALICE),
                        new TrustingStore(Pki.CA.root()),
                        Pki.NOW,
                        Believed.NOTHING)
                .digest();
    }
}
