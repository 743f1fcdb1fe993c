package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.SigningSettings;

/** Each operation on a message is counted once, for the provider that did it. No figure tells what was in a message. */
@Isolated("counts the operations of the whole process")
class CountedOperationsTest {
    @ParameterizedTest
    @CsvSource({
        "RSA2048, PKCS1, SHA256withRSA, SHA256withRSA",
        "RSA2048, PSS, RSASSA-PSS, RSASSA-PSS",
        "P256, PKCS1, SHA256withECDSA, SHA256withECDSA",
        "BRAINPOOLP256R1, PKCS1, SHA256withECDSA, brainpoolP256r1",
        "BRAINPOOLP512R1, PKCS1, SHA256withECDSA, brainpoolP512r1",
        "ED25519, PKCS1, Ed25519, Ed25519",
        "ED448, PKCS1, Ed448, Ed448",
        "ML_DSA_65, PKCS1, ML-DSA-65, ML-DSA"
    })
    void aSignatureIsMadeAndVerified(
            KeyAlgorithm key, SigningSettings.RsaPadding padding, String algorithm, String engine) throws Exception {
        KeyHandle handle = Pki.key(Pki.ALICE, key);
        String provider = settled(
                key.name().startsWith("BRAINPOOL") ? ProviderReport.Operation.KEYS : ProviderReport.Operation.SIGNATURE,
                engine);
        Counts before = Counts.now();
        RawMessage signed = Mail.sign(
                Mail.message("x\r\n"), handle, new SigningSettings(SigningSettings.Digest.SHA256, padding, true));
        assertThat(before.change()).isEqualTo(Map.of("sign " + algorithm + " by " + provider, 1L));

        before = Counts.now();
        assertThat(Mail.describe(Mail.verify(signed))).isEqualTo("Valid");
        assertThat(before.change()).isEqualTo(Map.of("verify " + algorithm + " by " + provider, 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, PKCS1, AES256_CBC, AES256, RSAES-PKCS1-v1_5, RSA/ECB/PKCS1Padding, RSA/ECB/NoPadding",
        "RSA2048, OAEP_SHA1, AES128_CBC, AES128, RSAES-OAEP SHA-1, RSA/ECB/OAEPPadding, RSA/ECB/NoPadding",
        "RSA2048, OAEP_SHA256, AES256_GCM, AES256-GCM, RSAES-OAEP SHA-256, RSA/ECB/OAEPPadding, RSA/ECB/NoPadding",
        "P256, PKCS1, AES128_GCM, AES128-GCM, ECDH P-256, ECDH, ECDH",
        "P521, PKCS1, AES256_GCM, AES256-GCM, ECDH P-521, ECDH, ECDH",
        "BRAINPOOLP384R1, PKCS1, AES256_GCM, AES256-GCM, ECDH brainpoolP384r1, brainpoolP384r1, brainpoolP384r1",
        "X25519, PKCS1, CHACHA20_POLY1305, ChaCha20-Poly1305, X25519, X25519, X25519",
        "X448, PKCS1, TRIPLE_DES_CBC, TripleDES, X448, X448, X448",
        "ML_KEM_768, PKCS1, AES256_GCM, AES256-GCM, ML-KEM-768, ML-KEM, ML-KEM"
    })
    void aContentAndItsKeyAreEncryptedAndDecrypted(
            KeyAlgorithm key,
            RsaKeyTransport transport,
            Cipher cipher,
            String content,
            String contentKey,
            String encrypting,
            String decrypting)
            throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, key);
        Counts before = Counts.now();
        RawMessage sealed = Mail.encrypt(
                Mail.message(Mail.body(40_000)), new EncryptionSettings(cipher, transport), bob.certificate());
        assertThat(before.change())
                .isEqualTo(Map.of(
                        "encrypt_content " + content + " by " + settled(cipher), 1L,
                        "encrypt_key " + contentKey + " by " + settled(encrypting), 1L));

        before = Counts.now();
        RawMessage _ = Mail.opened(sealed, bob.keyHandle());
        assertThat(before.change())
                .isEqualTo(Map.of(
                        "decrypt_content " + content + " by " + settled(cipher), 1L,
                        "decrypt_key " + contentKey + " by " + settled(decrypting), 1L));
    }

    @Test
    void eachRecipientsKeyIsCounted() throws Exception {
        Counts before = Counts.now();
        RawMessage _ = Mail.encrypt(
                Mail.message("x\r\n"),
                Mail.GCM,
                Pki.issued(Pki.BOB, KeyAlgorithm.P256).certificate(),
                Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate());
        assertThat(before.byOperation()).isEqualTo(Map.of("encrypt_content", 1L, "encrypt_key", 2L));
    }

    @Test
    void aWrongSignatureIsVerifiedLikeARightOne() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("right\r\n"), Pki.key(Pki.ALICE, KeyAlgorithm.RSA2048), Mail.CLEAR);
        Counts before = Counts.now();
        assertThat(Mail.describe(Mail.verify(signed))).isEqualTo("Valid");
        Map<String, Long> ofTheRight = before.change();

        // This makes another signature of the same length: it changes a digit near the end of the object.
        String text = Mail.text(signed);
        int at = text.lastIndexOf("--", text.length() - 5) - 30;
        RawMessage wrong =
                Mail.of(text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1));
        before = Counts.now();
        assertThat(Mail.describe(Mail.verify(wrong))).isEqualTo("SIGNATURE_WRONG");
        assertThat(before.change()).isEqualTo(ofTheRight);
    }

    @Test
    void oneSignatureIsVerifiedOnceHoweverOftenItStandsThere() throws Exception {
        IssuedCertificate issued = Pki.issued(Pki.ALICE, KeyAlgorithm.P384);
        KeyHandle alice = issued.keyHandle();
        List<Attribute> attributes = SignedDataForge.attributes(alice);
        attributes.removeIf(
                attribute -> attribute.getAttrType().equals(PKCSObjectIdentifiers.id_aa_signingCertificateV2));
        SignerInfo signer = SignedDataForge.signer(alice, attributes, true);
        MailCertificate renewed = Pki.CA
                .request(Pki.ALICE)
                .key(issued.key())
                .validity(Pki.FROM, Pki.FROM.plusSeconds(60))
                .issue()
                .certificate();
        byte[] object = SignedDataForge.signedData(
                Optional.empty(), Collections.nCopies(10, signer), issued.certificate(), renewed);
        Counts before = Counts.now();

        assertThat(Mail.describe(SignedDataForge.verdict(object))).isEqualTo("Valid");
        assertThat(before.byOperation()).isEqualTo(Map.of("verify", 1L));
    }

    @Test
    void signersWithManyKeysAreGivenUp() throws Exception {
        List<SignerInfo> signers = new ArrayList<>();
        List<MailCertificate> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            KeyHandle key = another().keyHandle();
            signers.add(SignedDataForge.signer(key, SignedDataForge.attributes(key)));
            others.add(another().certificate());
        }
        RawMessage signed = SignedDataForge.clearSigned(SignedDataForge.signedData(Optional.empty(), signers));
        CertificateStore store = new NamingAll(new TrustingStore(Pki.CA.root()), others);
        Counts before = Counts.now();

        assertThat(Mail.describe(Mail.verify(signed, Pki.ALICE, store, Pki.NOW)))
                .isEqualTo("LIMIT_EXCEEDED");
        assertThat(before.byOperation()).isEqualTo(Map.of("verify", 32L));
    }

    private static IssuedCertificate another() {
        return Pki.CA.issue(Pki.ALICE, KeyAlgorithm.P256, Profile.DUAL, Pki.FROM, Pki.UNTIL);
    }

    /** A store that takes each of its certificates for that of any signer. */
    private record NamingAll(CertificateStore store, List<MailCertificate> all) implements ForwardingCertificateStore {
        @Override
        public List<MailCertificate> named(SignerName name) {
            return all;
        }
    }

    /** Otherwise an attacker who reads the figures and sends mail could ask whether a padding is right. */
    @ParameterizedTest
    @CsvSource({"AES256_CBC, PKCS1", "AES256_CBC, OAEP_SHA256", "AES256_GCM, PKCS1"})
    void whatDoesNotOpenIsCountedLikeWhatDoes(Cipher cipher, RsaKeyTransport transport) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        RawMessage sealed = Mail.encrypt(
                Mail.message(Mail.body(5_000)), new EncryptionSettings(cipher, transport), bob.certificate());
        Counts before = Counts.now();
        RawMessage _ = Mail.opened(sealed, bob.keyHandle());
        Map<String, Long> ofTheRight = before.change();
        assertThat(ofTheRight).hasSize(2);

        for (RawMessage altered : altered(sealed)) {
            before = Counts.now();
            assertThat(Mail.open(altered, LegacyReading.ALL, bob.keyHandle())).isInstanceOf(OpenResult.NotOpened.class);
            assertThat(before.change()).isEqualTo(ofTheRight);
        }
    }

    /**
     * Returns the message with one octet changed in the encrypted key, and with one in the last block of ciphertext or
     * the tag.
     */
    private static List<RawMessage> altered(RawMessage sealed) throws IOException {
        String text = Mail.text(sealed);
        int body = text.indexOf("\r\n\r\n") + 4;
        byte[] object = Base64.getMimeDecoder().decode(text.substring(body));
        List<RawMessage> altered = new ArrayList<>();
        for (int at : new int[] {keyPosition(object), object.length - 20}) {
            byte[] copy = object.clone();
            copy[at] ^= 1;
            altered.add(
                    Mail.of(text.substring(0, body) + Base64.getMimeEncoder().encodeToString(copy) + "\r\n"));
        }
        return altered;
    }

    // Returns a place shortly after the beginning of the OCTET STRING of 256 octets.
    private static int keyPosition(byte[] object) {
        for (int i = 0; i < object.length - 300; i++) {
            if (object[i] == 0x04 && object[i + 1] == (byte) 0x82 && object[i + 2] == 1 && object[i + 3] == 0) {
                return i + 100;
            }
        }
        throw new AssertionError("no encrypted key");
    }

    private static String settled(Cipher cipher) {
        String transformation = ContentCipher.of(cipher).transformation();
        return settled(transformation);
    }

    private static String settled(String engine) {
        return ProviderReport.now().choices().stream()
                .filter(choice -> choice.algorithm().equals(engine))
                .findFirst()
                .flatMap(ProviderReport.Choice::provider)
                .orElseThrow();
    }

    private static String settled(ProviderReport.Operation operation, String engine) {
        return ProviderReport.now().choices().stream()
                .filter(choice ->
                        choice.operation() == operation && choice.algorithm().equals(engine))
                .findFirst()
                .flatMap(ProviderReport.Choice::provider)
                .orElseThrow();
    }

    /** The counts at one moment. They belong to the process, so only differences mean something. */
    private record Counts(Map<String, Long> all) {
        static Counts now() {
            Map<String, Long> all = new TreeMap<>();
            for (CryptoCount.Reading each : CryptoCount.readings()) {
                String name = each.operation().word() + " " + each.algorithm();
                all.put(name + " by " + each.provider(), each.done());
                all.put(name + " not by " + each.provider(), each.failed());
            }
            return new Counts(all);
        }

        Map<String, Long> change() {
            Map<String, Long> change = new TreeMap<>();
            now().all.forEach((name, count) -> {
                long more = count - all.getOrDefault(name, 0L);
                if (more != 0) {
                    change.put(name, more);
                }
            });
            return change;
        }

        Map<String, Long> byOperation() {
            Map<String, Long> sums = new TreeMap<>();
            change().forEach((name, count) -> sums.merge(name.substring(0, name.indexOf(' ')), count, Long::sum));
            return sums;
        }
    }
}
