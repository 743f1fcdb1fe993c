package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.WrappedContentKey.KeyTransport;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;

class RsaKeyTransportTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final KeyPair PAIR = keyPair();
    private static final KeyHandle KEY = handle(PAIR);
    private static final KeyHandle OTHER_KEY = handle(keyPair());
    private static final AlgorithmIdentifier PKCS1 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    private static final AlgorithmIdentifier OAEP_DEFAULT =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP);
    private static final Map<String, ASN1ObjectIdentifier> DIGESTS = Map.of(
            "SHA-1", OIWObjectIdentifiers.idSHA1,
            "SHA-256", NISTObjectIdentifiers.id_sha256,
            "SHA-384", NISTObjectIdentifiers.id_sha384,
            "SHA-512", NISTObjectIdentifiers.id_sha512);

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32})
    void recoversPkcs1(int length) throws Exception {
        byte[] contentKey = contentKey(length);
        assertThat(KEY.recoverContentKey(new KeyTransport(PKCS1, pkcs1(contentKey), length)))
                .isEqualTo(contentKey);
    }

    @Test
    void recoversFromACiphertextWithoutItsLeadingZero() throws Exception {
        byte[] contentKey = contentKey(16);
        byte[] ciphertext;
        do {
            ciphertext = pkcs1(contentKey);
        } while (ciphertext[0] != 0);
        byte[] shortened = Arrays.copyOfRange(ciphertext, 1, ciphertext.length);
        assertThat(KEY.recoverContentKey(new KeyTransport(PKCS1, shortened, 16)))
                .isEqualTo(contentKey);
    }

    static Stream<Arguments> oaepParameters() {
        return DIGESTS.keySet().stream()
                .flatMap(digest -> DIGESTS.keySet().stream()
                        .flatMap(mask -> Stream.of("", "label").map(label -> Arguments.of(digest, mask, label))));
    }

    @ParameterizedTest
    @MethodSource("oaepParameters")
    void recoversOaepAsItsParametersSay(String digest, String mask, String label) throws Exception {
        byte[] contentKey = contentKey(32);
        byte[] ciphertext = oaep(contentKey, digest, mask, label);
        assertThat(KEY.recoverContentKey(new KeyTransport(oaepAlgorithm(digest, mask, label), ciphertext, 32)))
                .isEqualTo(contentKey);
        // The same ciphertext with other parameters is rejected.
        AlgorithmIdentifier wrongLabel = oaepAlgorithm(digest, mask, label + "x");
        assertRejected(new KeyTransport(wrongLabel, ciphertext, 32), contentKey);
    }

    @Test
    void absentParametersMeanSha1() throws Exception {
        byte[] contentKey = contentKey(32);
        byte[] ciphertext = oaep(contentKey, "SHA-1", "SHA-1", "");
        assertThat(KEY.recoverContentKey(new KeyTransport(OAEP_DEFAULT, ciphertext, 32)))
                .isEqualTo(contentKey);
        byte[] other = oaep(contentKey, "SHA-256", "SHA-256", "");
        assertRejected(new KeyTransport(OAEP_DEFAULT, other, 32), contentKey);
    }

    static Stream<Arguments> badPkcs1() throws Exception {
        byte[] contentKey = contentKey(16);
        Map<String, byte[]> cases = new LinkedHashMap<>();
        cases.put("first octet not 0", raw(block(contentKey, block -> block[0] = 1)));
        cases.put("block type 1", raw(block(contentKey, block -> block[1] = 1)));
        cases.put("block type 0", raw(block(contentKey, block -> block[1] = 0)));
        cases.put("zero in the first eight octets of padding", raw(block(contentKey, block -> block[5] = 0)));
        cases.put("zero at the end of the padding", raw(block(contentKey, block -> block[256 - 18] = 0)));
        cases.put("no separator", raw(block(contentKey, block -> block[256 - 17] = 9)));
        cases.put("all zero", raw(new byte[256]));
        cases.put("message too short", pkcs1(contentKey(15)));
        cases.put("message too long", pkcs1(contentKey(17)));
        cases.put("empty message", pkcs1(new byte[0]));
        byte[] flipped = pkcs1(contentKey);
        flipped[200] ^= 1;
        cases.put("flipped bit", flipped);
        cases.put("for another key", encrypt(OTHER_KEY, "RSA/ECB/PKCS1Padding", contentKey));
        cases.put("empty", new byte[0]);
        cases.put("one octet", new byte[] {1});
        cases.put("zero", new byte[256]);
        cases.put("longer than the modulus", Arrays.copyOf(pkcs1(contentKey), 257));
        cases.put("an octet before it", org.bouncycastle.util.Arrays.prepend(pkcs1(contentKey), (byte) 1));
        cases.put("huge", new byte[100_000]);
        cases.put("the modulus", fixed(modulus()));
        cases.put("modulus + 1", fixed(modulus().add(BigInteger.ONE)));
        byte[] ones = new byte[256];
        Arrays.fill(ones, (byte) 0xFF);
        cases.put("all ones", ones);
        return cases.entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue(), contentKey));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPkcs1")
    void badPkcs1GivesAKeyAllTheSame(String name, byte[] ciphertext, byte[] contentKey) {
        assertRejected(new KeyTransport(PKCS1, ciphertext, contentKey.length), contentKey);
    }

    static Stream<Arguments> badOaep() throws Exception {
        byte[] contentKey = contentKey(32);
        Map<String, byte[]> cases = new LinkedHashMap<>();
        // Manger's attack asks whether the first octet is zero. The modulus must allow another value.
        byte[] good = rawDecrypt(oaep(contentKey, "SHA-1", "SHA-1", ""));
        cases.put("first octet not 0", raw(changed(good, 0)));
        cases.put("seed", raw(changed(good, 5)));
        cases.put("label digest", raw(changed(good, 21)));
        cases.put("zeros", raw(changed(good, 100)));
        cases.put("separator", raw(changed(good, 256 - 33)));
        cases.put("message too short", oaep(contentKey(31), "SHA-1", "SHA-1", ""));
        cases.put("message too long", oaep(contentKey(33), "SHA-1", "SHA-1", ""));
        cases.put("PKCS #1 in OAEP's name", pkcs1(contentKey));
        cases.put("empty", new byte[0]);
        cases.put("the modulus", fixed(modulus()));
        return cases.entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue(), contentKey));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badOaep")
    void badOaepGivesAKeyAllTheSame(String name, byte[] ciphertext, byte[] contentKey) {
        assertRejected(new KeyTransport(OAEP_DEFAULT, ciphertext, contentKey.length), contentKey);
    }

    @Test
    void foreignAlgorithmsAndParametersGiveAKeyAllTheSame() throws Exception {
        byte[] contentKey = contentKey(16);
        byte[] ciphertext = pkcs1(contentKey);
        for (AlgorithmIdentifier algorithm : new AlgorithmIdentifier[] {
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3.4")),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, DERNull.INSTANCE),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, new DEROctetString(new byte[3])),
            new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.id_RSAES_OAEP,
                    new RSAESOAEPparams(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.md5),
                            RSAESOAEPparams.DEFAULT_MASK_GEN_FUNCTION,
                            RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM)),
        }) {
            assertRejected(new KeyTransport(algorithm, ciphertext, 16), contentKey);
        }
    }

    @Test
    void aKeyThatCannotDecryptGivesOneToo() {
        KeyHandle signer = CA.issue(MailAddress.of("s@example.com"), KeyAlgorithm.ED25519, Profile.SIGN, START, END)
                .keyHandle();
        assertThat(signer.recoverContentKey(new KeyTransport(PKCS1, new byte[256], 32)))
                .hasSize(32);
    }

    @Test
    void substitutesDependOnKeyAndCiphertext() {
        byte[] one = KEY.recoverContentKey(new KeyTransport(PKCS1, new byte[] {1}, 32));
        byte[] other = KEY.recoverContentKey(new KeyTransport(PKCS1, new byte[] {2}, 32));
        byte[] foreign = OTHER_KEY.recoverContentKey(new KeyTransport(PKCS1, new byte[] {1}, 32));
        assertThat(one).isNotEqualTo(other).isNotEqualTo(foreign);
        assertThat(KEY.recoverContentKey(new KeyTransport(PKCS1, new byte[] {1}, 64)))
                .hasSize(64);
    }

    @Test
    void lengthsNoCipherHasAreTheCallersFault() {
        assertThatThrownBy(() -> KEY.recoverContentKey(new KeyTransport(PKCS1, new byte[256], 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRejected(KeyTransport wrapped, byte[] contentKey) {
        byte[] found = KEY.recoverContentKey(wrapped);
        assertThat(found).hasSize(wrapped.contentKeyLength()).isNotEqualTo(contentKey);
        assertThat(found).isNotEqualTo(new byte[found.length]);
        assertThat(KEY.recoverContentKey(wrapped)).isEqualTo(found);
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyHandle handle(KeyPair pair) {
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        return CA.request(MailAddress.of("r@example.com"))
                .key(new KeyMaterial(pair.getPrivate(), publicKey))
                .validity(START, END)
                .issue()
                .keyHandle();
    }

    private static byte[] contentKey(int length) {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) 0xA5);
        return key;
    }

    private interface Damage {
        void to(byte[] block);
    }

    private static byte[] block(byte[] message, Damage damage) {
        byte[] block = new byte[256];
        Arrays.fill(block, (byte) 7);
        block[0] = 0;
        block[1] = 2;
        block[256 - message.length - 1] = 0;
        System.arraycopy(message, 0, block, 256 - message.length, message.length);
        damage.to(block);
        return block;
    }

    private static byte[] changed(byte[] block, int at) {
        byte[] changed = block.clone();
        changed[at] ^= 1;
        return changed;
    }

    private static BigInteger modulus() {
        return ((RSAPublicKey) KEY.certificate().x509().getPublicKey()).getModulus();
    }

    private static byte[] fixed(BigInteger number) {
        byte[] octets = number.toByteArray();
        return octets.length == 257 ? Arrays.copyOfRange(octets, 1, 257) : octets;
    }

    private static byte[] raw(byte[] block) {
        RSAPublicKey key = (RSAPublicKey) KEY.certificate().x509().getPublicKey();
        byte[] number = new BigInteger(1, block)
                .modPow(key.getPublicExponent(), key.getModulus())
                .toByteArray();
        byte[] padded = new byte[256];
        int length = Math.min(256, number.length);
        System.arraycopy(number, number.length - length, padded, 256 - length, length);
        return padded;
    }

    private static byte[] rawDecrypt(byte[] ciphertext) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, PAIR.getPrivate());
        return cipher.doFinal(ciphertext);
    }

    private static byte[] pkcs1(byte[] message) throws Exception {
        return encrypt(KEY, "RSA/ECB/PKCS1Padding", message);
    }

    private static byte[] encrypt(KeyHandle key, String transformation, byte[] message) throws Exception {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(Cipher.ENCRYPT_MODE, key.certificate().x509().getPublicKey());
        return cipher.doFinal(message);
    }

    private static byte[] oaep(byte[] message, String digest, String mask, String label) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        PSource source = new PSource.PSpecified(label.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        cipher.init(
                Cipher.ENCRYPT_MODE,
                KEY.certificate().x509().getPublicKey(),
                new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(mask), source));
        return cipher.doFinal(message);
    }

    private static AlgorithmIdentifier oaepAlgorithm(String digest, String mask, String label) {
        byte[] octets = label.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSAES_OAEP,
                new RSAESOAEPparams(
                        new AlgorithmIdentifier(DIGESTS.get(digest), DERNull.INSTANCE),
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_mgf1,
                                new AlgorithmIdentifier(DIGESTS.get(mask), DERNull.INSTANCE)),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_pSpecified, new DEROctetString(octets))));
    }
}
