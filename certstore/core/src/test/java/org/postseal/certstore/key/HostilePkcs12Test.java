package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.Pkcs12Contents.Cause;
import org.postseal.certstore.key.Pkcs12Contents.Refused;

/** Opens PKCS #12 files that were made to be expensive or to crash the reader. */
class HostilePkcs12Test {
    private static final char[] PASSWORD = "x".toCharArray();
    private static final IssuedCertificate ALICE = CertificateAuthority.create(
                    "x", Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2036-01-01T00:00:00Z"))
            .issue(
                    MailAddress.of("alice@example.com"),
                    KeyAlgorithm.P256,
                    Profile.DUAL,
                    Instant.parse("2026-01-01T00:00:00Z"),
                    Instant.parse("2036-01-01T00:00:00Z"));
    private static final AlgorithmIdentifier SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
    private static final ASN1Integer HUGE = new ASN1Integer(1_000_000_000);
    private static final byte[] SALT = new byte[8];

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of(
                        "MAC with 10^9 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(data(), mac(new byte[32], HUGE))),
                Arguments.of(
                        "MAC with 2^64 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(data(), mac(new byte[32], new ASN1Integer(BigInteger.TWO.pow(64))))),
                Arguments.of(
                        "MAC with no iteration",
                        Cause.MALFORMED,
                        "iteration count below 1",
                        file(data(), mac(new byte[32], new ASN1Integer(0)))),
                Arguments.of(
                        "content with 10^9 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(data(encrypted(pbes2(pbkdf2(HUGE)))), mac(new byte[32], new ASN1Integer(1)))),
                Arguments.of(
                        "many contents that cost too much together",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(
                                data(Stream.generate(() -> encrypted(pbes2(pbkdf2(new ASN1Integer(1_000_000)))))
                                        .limit(11)
                                        .toArray(ASN1Encodable[]::new)),
                                null)),
                Arguments.of(
                        "old cipher with 10^9 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(
                                data(encrypted(new AlgorithmIdentifier(
                                        PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC,
                                        new PKCS12PBEParams(SALT, 1_000_000_000)))),
                                null)),
                Arguments.of(
                        "key in the open with 10^9 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(
                                data(plain(bag(
                                        PKCSObjectIdentifiers.pkcs8ShroudedKeyBag, new DERSequence(new ASN1Encodable[] {
                                            pbes2(pbkdf2(HUGE)), new DEROctetString(new byte[16])
                                        })))),
                                mac(new byte[32], new ASN1Integer(1)))),
                Arguments.of(
                        "derived key of 2 GB",
                        Cause.TOO_EXPENSIVE,
                        "derived keys longer than 64 octets",
                        file(
                                data(encrypted(pbes2(new AlgorithmIdentifier(
                                        PKCSObjectIdentifiers.id_PBKDF2,
                                        new PBKDF2Params(SALT, 1, Integer.MAX_VALUE, SHA256))))),
                                null)),
                Arguments.of(
                        "PBMAC1 with 10^9 iterations",
                        Cause.TOO_EXPENSIVE,
                        "more than 5000000 rounds of key derivation asked for",
                        file(data(), macOf(pbmac1(pbkdf2(HUGE), SHA256), new byte[32], new ASN1Integer(1)))),
                Arguments.of(
                        "PBMAC1 by a strange algorithm",
                        Cause.UNSUPPORTED,
                        "MAC 1.2.3 is not supported",
                        file(
                                data(),
                                macOf(
                                        pbmac1(
                                                pbkdf2(new ASN1Integer(1)),
                                                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3"))),
                                        new byte[32],
                                        new ASN1Integer(1)))),
                Arguments.of(
                        "scrypt",
                        Cause.UNSUPPORTED,
                        "key derivation 1.3.6.1.4.1.11591.4.11 is not supported",
                        file(
                                data(encrypted(pbes2(new AlgorithmIdentifier(
                                        new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11"), DERNull.INSTANCE)))),
                                null)),
                Arguments.of(
                        "unknown cipher",
                        Cause.UNSUPPORTED,
                        "cipher 1.2.3 is not supported",
                        file(data(encrypted(new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3")))), null)),
                Arguments.of(
                        "empty MAC",
                        Cause.MALFORMED,
                        "PKCS #12 with an empty MAC",
                        file(data(), mac(new byte[0], new ASN1Integer(1)))),
                Arguments.of(
                        "MAC of no shape",
                        Cause.MALFORMED,
                        "malformed PKCS #12",
                        file(data(), new DERSequence(new ASN1Encodable[] {DERNull.INSTANCE}))),
                Arguments.of(
                        "no content",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(new DERSequence(PKCSObjectIdentifiers.data), null)),
                Arguments.of(
                        "NULL for content",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(info(PKCSObjectIdentifiers.data, DERNull.INSTANCE), null)),
                Arguments.of(
                        "no content inside",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(data(new DERSequence(PKCSObjectIdentifiers.data)), null)),
                Arguments.of(
                        "NULL for content inside",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(data(info(PKCSObjectIdentifiers.data, DERNull.INSTANCE)), null)),
                Arguments.of(
                        "no encrypted content",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(data(new DERSequence(PKCSObjectIdentifiers.encryptedData)), null)),
                Arguments.of(
                        "encrypted data without content",
                        Cause.MALFORMED,
                        "PKCS #12 without content",
                        file(
                                data(info(PKCSObjectIdentifiers.encryptedData, new DERSequence(new ASN1Encodable[] {
                                    new ASN1Integer(0),
                                    new DERSequence(new ASN1Encodable[] {
                                        PKCSObjectIdentifiers.data, pbes2(pbkdf2(new ASN1Integer(1)))
                                    })
                                }))),
                                null)),
                Arguments.of(
                        "integrity by public key",
                        Cause.UNSUPPORTED,
                        "PKCS #12 without a password is not supported",
                        file(info(PKCSObjectIdentifiers.signedData, DERNull.INSTANCE), null)),
                Arguments.of(
                        "bags in bags",
                        Cause.UNSUPPORTED,
                        "PKCS #12 with bags in bags in bags",
                        file(
                                data(plain(
                                        nested(nested(nested(bag(PKCSObjectIdentifiers.keyBag, DERNull.INSTANCE)))))),
                                null)),
                Arguments.of(
                        "10,001 bags",
                        Cause.TOO_MANY,
                        "PKCS #12 of more than 10000 bags",
                        file(
                                data(plain(java.util.Collections.nCopies(
                                                10_001, bag(PKCSObjectIdentifiers.keyBag, DERNull.INSTANCE))
                                        .toArray(ASN1Encodable[]::new))),
                                null)),
                Arguments.of("2 MiB", Cause.TOO_LARGE, "PKCS #12 longer than 1048576 octets", new byte[2 << 20]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void isRefusedByNameBeforeItCosts(String name, Cause cause, String message, byte[] file) {
        long start = System.nanoTime();
        assertThat(Pkcs12File.open(file, PASSWORD)).isEqualTo(new Refused(cause, message));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aKeyBehindThePasswordIsChargedBeforeItIsDerived() throws IOException {
        ASN1Encodable shrouded = bag(
                PKCSObjectIdentifiers.pkcs8ShroudedKeyBag,
                new DERSequence(new ASN1Encodable[] {pbes2(pbkdf2(HUGE)), new DEROctetString(new byte[16])}));
        org.bouncycastle.pkcs.PKCS12PfxPdu sealed;
        try {
            sealed = new org.bouncycastle.pkcs.PKCS12PfxPduBuilder()
                    .addEncryptedData(
                            new org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder(
                                            NISTObjectIdentifiers.id_aes256_CBC)
                                    .setProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider())
                                    .build(PASSWORD),
                            new org.bouncycastle.pkcs.PKCS12SafeBag[] {
                                new org.bouncycastle.pkcs.PKCS12SafeBagFactory(
                                                org.bouncycastle.asn1.pkcs.ContentInfo.getInstance(plain(shrouded)))
                                        .getSafeBags()[0]
                            })
                    .build(
                            new org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder(
                                            NISTObjectIdentifiers.id_sha256)
                                    .setProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider()),
                            PASSWORD);
        } catch (org.bouncycastle.operator.OperatorCreationException | org.bouncycastle.pkcs.PKCSException e) {
            throw new IllegalStateException(e);
        }
        assertThat(Pkcs12File.open(sealed.getEncoded(), PASSWORD))
                .isEqualTo(new Refused(Cause.TOO_EXPENSIVE, "more than 5000000 rounds of key derivation asked for"));
    }

    @Test
    void keysWithCostlyNumbersAreBadBags() throws IOException {
        BigInteger one = BigInteger.ONE;
        BigInteger giant = BigInteger.TWO.pow(20_000).subtract(one);
        PrivateKeyInfo rsa = new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new RSAPrivateKey(giant, BigInteger.valueOf(65_537), giant, one, one, one, one, one));
        PrivateKeyInfo explicit = new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new DERSequence(new ASN1Integer(1))),
                new DERSequence(new ASN1Integer(1)));
        PrivateKeyInfo strange = new PrivateKeyInfo(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10040.4.1")), new ASN1Integer(1));
        byte[] file = file(
                data(plain(
                        bag(PKCSObjectIdentifiers.keyBag, rsa),
                        bag(PKCSObjectIdentifiers.keyBag, explicit),
                        bag(PKCSObjectIdentifiers.keyBag, strange),
                        bag(PKCSObjectIdentifiers.secretBag, new DERSequence()))),
                null);
        assertThat(Pkcs12File.open(file, PASSWORD))
                .isEqualTo(new Pkcs12Contents.Opened(List.of(
                        new Pkcs12Bag.BadBag("private key refused: RSA number below 1 or longer than 8192 bits"),
                        new Pkcs12Bag.BadBag("private key refused: a curve that is spelt out is not supported"
                                + " (supported: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1,"
                                + " brainpoolP512r1)"),
                        new Pkcs12Bag.BadBag(
                                "private key refused: private key algorithm 1.2.840.10040.4.1 is not supported"),
                        new Pkcs12Bag.BadBag("bag of type 1.2.840.113549.1.12.10.1.5 is not supported"))));
    }

    @Test
    void theWorkOfAnHonestFileIsDone() {
        byte[] file = Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity("x", ALICE.key(), ALICE.certificate(), List.of())),
                PASSWORD,
                200_000);
        assertThat(Pkcs12File.open(file, PASSWORD))
                .isInstanceOfSatisfying(
                        Pkcs12Contents.Opened.class,
                        opened -> assertThat(opened.bags()).hasSize(2));
    }

    private static byte[] file(ASN1Encodable content, @org.jspecify.annotations.Nullable ASN1Encodable mac) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(new ASN1Integer(3));
        parts.add(content);
        if (mac != null) {
            parts.add(mac);
        }
        return der(new DERSequence(parts));
    }

    private static ASN1Encodable data(ASN1Encodable... contents) {
        return info(PKCSObjectIdentifiers.data, new DEROctetString(der(new DERSequence(contents))));
    }

    private static ASN1Encodable plain(ASN1Encodable... bags) {
        return data(bags);
    }

    private static ASN1Encodable info(ASN1ObjectIdentifier type, ASN1Encodable content) {
        return new DERSequence(new ASN1Encodable[] {type, new DERTaggedObject(true, 0, content)});
    }

    private static ASN1Encodable bag(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return info(type, value);
    }

    private static ASN1Encodable nested(ASN1Encodable bag) {
        return bag(PKCSObjectIdentifiers.safeContentsBag, new DERSequence(bag));
    }

    private static ASN1Encodable encrypted(ASN1Encodable algorithm) {
        return info(PKCSObjectIdentifiers.encryptedData, new DERSequence(new ASN1Encodable[] {
            new ASN1Integer(0),
            new DERSequence(new ASN1Encodable[] {
                PKCSObjectIdentifiers.data, algorithm, new DERTaggedObject(false, 0, new DEROctetString(new byte[16]))
            })
        }));
    }

    private static AlgorithmIdentifier pbes2(AlgorithmIdentifier derivation) {
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBES2,
                new PBES2Parameters(
                        new KeyDerivationFunc(derivation.getAlgorithm(), derivation.getParameters()),
                        new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]))));
    }

    private static AlgorithmIdentifier pbkdf2(ASN1Integer iterations) {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, new DERSequence(new ASN1Encodable[] {
            new DEROctetString(SALT), iterations, new ASN1Integer(32), SHA256
        }));
    }

    private static AlgorithmIdentifier pbmac1(AlgorithmIdentifier derivation, AlgorithmIdentifier scheme) {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBMAC1, new PBMAC1Params(derivation, scheme));
    }

    private static ASN1Encodable mac(byte[] digest, ASN1Integer iterations) {
        return macOf(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE), digest, iterations);
    }

    private static ASN1Encodable macOf(AlgorithmIdentifier algorithm, byte[] digest, ASN1Integer iterations) {
        return new DERSequence(new ASN1Encodable[] {
            new DERSequence(new ASN1Encodable[] {algorithm, new DEROctetString(digest)}),
            new DEROctetString(SALT),
            iterations
        });
    }

    private static byte[] der(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
