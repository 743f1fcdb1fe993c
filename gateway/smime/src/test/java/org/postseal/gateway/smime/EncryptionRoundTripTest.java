package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKEMAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

@Tag("thorough")
class EncryptionRoundTripTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();

    record Case(KeyAlgorithm key, EncryptionSettings settings, int size) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (KeyAlgorithm key : List.of(
                KeyAlgorithm.RSA2048,
                KeyAlgorithm.P256,
                KeyAlgorithm.P384,
                KeyAlgorithm.P521,
                KeyAlgorithm.BRAINPOOLP256R1,
                KeyAlgorithm.BRAINPOOLP384R1,
                KeyAlgorithm.BRAINPOOLP512R1,
                KeyAlgorithm.X25519,
                KeyAlgorithm.X448,
                KeyAlgorithm.ML_KEM_512,
                KeyAlgorithm.ML_KEM_768,
                KeyAlgorithm.ML_KEM_1024)) {
            for (Cipher cipher : Cipher.values()) {
                cases.add(new Case(key, new EncryptionSettings(cipher, RsaKeyTransport.PKCS1), 5_000));
            }
        }
        for (RsaKeyTransport transport : RsaKeyTransport.values()) {
            cases.add(new Case(KeyAlgorithm.RSA2048, new EncryptionSettings(Cipher.AES192_GCM, transport), 5_000));
        }
        for (Cipher cipher : Cipher.values()) {
            for (int size : List.of(0, 400_000)) {
                cases.add(new Case(KeyAlgorithm.P256, new EncryptionSettings(cipher, RsaKeyTransport.PKCS1), size));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatWeEncryptIsOpenedByUsAndByBouncyCastle(Case each) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, each.key());
        RawMessage message = Mail.message(Mail.body(each.size()));
        RawMessage sealed = Mail.encrypt(message, each.settings(), bob.certificate());

        assertThat(Mail.opened(sealed, bob.keyHandle()).toByteArray()).isEqualTo(message.toByteArray());
        // Bouncy Castle does not know the AES wrap with padding; OpenSslPeerTest tests that.
        if (bob.certificate().keyKind() instanceof PublicKeyKind.Rsa
                || ContentCipher.of(each.settings().cipher()).keyLength() >= 16) {
            assertThat(peerOpens(sealed, each, bob))
                    .isEqualTo(message.from(Mail.OUTER.length()).toByteArray());
        }
    }

    @Test
    void everyRecipientOpensIt() throws Exception {
        IssuedCertificate rsa = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        IssuedCertificate curve = Pki.issued(Pki.ALICE, KeyAlgorithm.P256);
        RawMessage message = Mail.message(Mail.body(5_000));
        RawMessage sealed = Mail.encrypt(message, Mail.CBC, rsa.certificate(), curve.certificate());

        assertThat(Mail.opened(sealed, rsa.keyHandle()).toByteArray()).isEqualTo(message.toByteArray());
        assertThat(Mail.opened(sealed, curve.keyHandle()).toByteArray()).isEqualTo(message.toByteArray());
    }

    @Test
    void anMlKemKeyAndAClassicalOneBothOpenIt() throws Exception {
        IssuedCertificate rsa = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        IssuedCertificate kem = Pki.issued(Pki.BOB, KeyAlgorithm.ML_KEM_768);
        for (EncryptionSettings settings : List.of(
                Mail.GCM,
                Mail.CBC,
                new EncryptionSettings(Cipher.CHACHA20_POLY1305, RsaKeyTransport.OAEP_SHA256, true))) {
            RawMessage message = Mail.message(Mail.body(5_000));
            RawMessage sealed = Mail.encrypt(message, settings, rsa.certificate(), kem.certificate());

            assertThat(Mail.opened(sealed, rsa.keyHandle()).toByteArray()).isEqualTo(message.toByteArray());
            assertThat(Mail.opened(sealed, kem.keyHandle()).toByteArray()).isEqualTo(message.toByteArray());
        }
    }

    @Test
    void signedThenEncryptedIsValidOnceOpened() throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.P256);
        SignedMessage signed = Mail.signed(Mail.message(Mail.body(5_000)), alice.keyHandle(), Mail.CLEAR);
        Sendable.Sealed sealed = new CmsEncryptor()
                .encrypt(signed, CmsEncryptor.Audience.of(Mail.recipients(bob.certificate())), Mail.GCM, Mail.scope());

        assertThat(sealed.recipients()).containsExactly(Pki.BOB);
        assertThat(Mail.verify(sealed.message())).isEqualTo(new SignatureVerdict.Unsigned());
        RawMessage opened = Mail.opened(sealed.message(), bob.keyHandle());
        assertThat(opened.toByteArray()).isEqualTo(signed.message().toByteArray());
        assertThat(Mail.verify(opened)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void outerFieldsStayInOrderAndTheContentFieldsGoInside() throws Exception {
        RawMessage sealed = Mail.encrypt(
                Mail.message("x\r\n"),
                Mail.GCM,
                Pki.issued(Pki.BOB, KeyAlgorithm.P256).certificate());

        String header = Mail.text(sealed).substring(0, Mail.text(sealed).indexOf("\r\n\r\n") + 4);
        assertThat(header).isEqualTo(Mail.OUTER + """
                Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data;
                \tname="smime.p7m"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="smime.p7m"
                Content-Description: S/MIME cryptographic message

                """.replace("\n", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Secret text, and no empty line before it\r\n",
                "Dear Bob: this is secret\r\n",
                " secret: at the very beginning\r\n",
                ": secret\r\n",
                "Password : secret\r\n",
                "Password\t: secret\r\n",
                "X-Mailer: a\n\nDear Bob: secret\r\n",
                "X-Mailer: a\r\rDear Bob: secret\r\n",
                "S\u00e9cret: x\r\n"
            })
    void textAmongTheFieldsDoesNotLeaveInClear(String line) throws Exception {
        MailCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.P256).certificate();
        String fields = line.startsWith(" ") ? line + Mail.OUTER : Mail.OUTER + line;

        assertThatThrownBy(() -> Mail.encrypt(Mail.of(fields + "\r\nx\r\n"), Mail.GCM, bob))
                .isInstanceOfSatisfying(
                        SealException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HEADER_MALFORMED));
    }

    private static byte[] peerOpens(RawMessage sealed, Case each, IssuedCertificate bob) throws Exception {
        PrivateKey key = Pki.privateKey(bob);
        PublicKeyKind kind = bob.certificate().keyKind();
        boolean authenticated = each.settings().cipher().isAuthenticated();
        try (InputStream in = CmsRoot.content(Mail.scan(sealed))) {
            if (authenticated) {
                RecipientInformation recipient = new CMSAuthEnvelopedData(in)
                        .getRecipientInfos()
                        .iterator()
                        .next();
                return recipient.getContent(
                        kind instanceof PublicKeyKind.MlKem
                                ? new JceKEMAuthEnvelopedRecipient(key).setProvider(PEER)
                                : kind.agrees()
                                        ? new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider(PEER)
                                        : new JceKeyTransAuthEnvelopedRecipient(key).setProvider(PEER));
            }
            RecipientInformation recipient =
                    new CMSEnvelopedData(in).getRecipientInfos().iterator().next();
            return recipient.getContent(
                    kind instanceof PublicKeyKind.MlKem
                            ? new JceKEMEnvelopedRecipient(key).setProvider(PEER)
                            : kind.agrees()
                                    ? new JceKeyAgreeEnvelopedRecipient(key).setProvider(PEER)
                                    : new JceKeyTransEnvelopedRecipient(key).setProvider(PEER));
        }
    }
}
