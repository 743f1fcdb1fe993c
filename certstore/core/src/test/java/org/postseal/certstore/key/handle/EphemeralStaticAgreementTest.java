package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/** Recovers content keys that Bouncy Castle's CMS generator wrapped. */
class EphemeralStaticAgreementTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();
    private static final byte[] TEXT = "for your eyes only".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, ASN1ObjectIdentifier> SCHEMES = Map.of(
            "sha1", X9ObjectIdentifiers.dhSinglePass_stdDH_sha1kdf_scheme,
            "sha224", SECObjectIdentifiers.dhSinglePass_stdDH_sha224kdf_scheme,
            "sha256", SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme,
            "sha384", SECObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme,
            "sha512", SECObjectIdentifiers.dhSinglePass_stdDH_sha512kdf_scheme,
            "hkdf256", PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha256_scheme,
            "hkdf384", PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha384_scheme,
            "hkdf512", PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha512_scheme);
    private static final Map<Integer, ASN1ObjectIdentifier> WRAPS = Map.of(
            128, NISTObjectIdentifiers.id_aes128_wrap,
            192, NISTObjectIdentifiers.id_aes192_wrap,
            256, NISTObjectIdentifiers.id_aes256_wrap);

    @ParameterizedTest
    @CsvSource({
        "P256,sha1,128,false", "P256,sha224,192,false", "P256,sha256,128,false", "P256,sha256,256,true",
        "P384,sha384,256,false", "P384,sha1,192,true", "P521,sha512,256,false", "P521,sha256,128,true",
        "X25519,hkdf256,128,false", "X25519,hkdf384,192,false", "X25519,hkdf512,256,true", "X25519,hkdf256,256,true"
    })
    void recoversWhatAPeerWrapped(KeyAlgorithm algorithm, String scheme, int wrap, boolean ukm) throws Exception {
        KeyHandle key = handle(algorithm);
        CMSEnvelopedData message = seal(key, scheme, wrap, ukm);
        byte[] contentKey = key.recoverContentKey(wrapped(message));
        assertThat(open(message, contentKey)).isEqualTo(TEXT);
        // Another key of the same kind recovers another content key, which has the right length and is always the same.
        KeyHandle other = handle(algorithm);
        byte[] substitute = other.recoverContentKey(wrapped(message));
        assertThat(substitute).hasSize(32).isNotEqualTo(contentKey);
        assertThat(other.recoverContentKey(wrapped(message))).isEqualTo(substitute);
    }

    @Test
    void originatorWithoutParametersIsOnOurCurve() throws Exception {
        KeyHandle key = handle(KeyAlgorithm.P256);
        CMSEnvelopedData message = seal(key, "sha256", 128, false);
        WrappedContentKey.KeyAgreement whole = wrapped(message);
        for (AlgorithmIdentifier algorithm : new AlgorithmIdentifier[] {
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey),
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, DERNull.INSTANCE)
        }) {
            SubjectPublicKeyInfo bare = new SubjectPublicKeyInfo(
                    algorithm, whole.originator().getPublicKeyData().getOctets());
            assertThat(open(message, key.recoverContentKey(with(whole, bare)))).isEqualTo(TEXT);
        }
    }

    /** Nobody may say that the point is on a curve of their own, not even if it is that of the key. */
    @Test
    void originatorOnAnotherOrASpeltOutCurveGivesAKeyAllTheSame() throws Exception {
        KeyHandle key = handle(KeyAlgorithm.P256);
        WrappedContentKey.KeyAgreement good = wrapped(seal(key, "sha256", 128, false));
        byte[] point = good.originator().getPublicKeyData().getOctets();
        for (ASN1Encodable parameters : new ASN1Encodable[] {
            SECObjectIdentifiers.secp384r1, ECNamedCurveTable.getByOID(SECObjectIdentifiers.secp256r1)
        }) {
            SubjectPublicKeyInfo originator = new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, parameters), point);
            assertThat(key.recoverContentKey(with(good, originator)))
                    .hasSize(32)
                    .isNotEqualTo(key.recoverContentKey(good));
        }
    }

    @Test
    void hostileOriginatorsGiveAKeyAllTheSame() throws Exception {
        KeyHandle key = handle(KeyAlgorithm.P256);
        WrappedContentKey.KeyAgreement good = wrapped(seal(key, "sha256", 128, false));
        byte[] contentKey = key.recoverContentKey(good);
        AlgorithmIdentifier p256 = good.originator().getAlgorithm();
        byte[] point = good.originator().getPublicKeyData().getOctets();
        byte[] offTheCurve = point.clone();
        offTheCurve[64] ^= 1;
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        for (SubjectPublicKeyInfo originator : new SubjectPublicKeyInfo[] {
            new SubjectPublicKeyInfo(p256, offTheCurve),
            new SubjectPublicKeyInfo(p256, new byte[] {0}),
            new SubjectPublicKeyInfo(p256, new byte[0]),
            new SubjectPublicKeyInfo(p256, new byte[65]),
            new SubjectPublicKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), point),
            SubjectPublicKeyInfo.getInstance(
                    generator.generateKeyPair().getPublic().getEncoded())
        }) {
            byte[] substitute = key.recoverContentKey(with(good, originator));
            assertThat(substitute).hasSize(32).isNotEqualTo(contentKey);
        }
    }

    @Test
    void zeroPointOfX25519GivesAKeyAllTheSame() throws Exception {
        KeyHandle key = handle(KeyAlgorithm.X25519);
        WrappedContentKey.KeyAgreement good = wrapped(seal(key, "hkdf256", 128, false));
        SubjectPublicKeyInfo zero = new SubjectPublicKeyInfo(good.originator().getAlgorithm(), new byte[32]);
        assertThat(key.recoverContentKey(with(good, zero))).hasSize(32).isNotEqualTo(key.recoverContentKey(good));
    }

    @Test
    void damagedWrapUnknownSchemeAndWrongLengthGiveAKeyAllTheSame() throws Exception {
        KeyHandle key = handle(KeyAlgorithm.P256);
        WrappedContentKey.KeyAgreement good = wrapped(seal(key, "sha256", 128, false));
        byte[] contentKey = key.recoverContentKey(good);
        byte[] damaged = good.encryptedKey().clone();
        damaged[10] ^= 1;
        AlgorithmIdentifier unknownScheme = new AlgorithmIdentifier(
                new ASN1ObjectIdentifier("1.2.3"), good.algorithm().getParameters());
        AlgorithmIdentifier unknownWrap = new AlgorithmIdentifier(
                good.algorithm().getAlgorithm(), new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3")));
        AlgorithmIdentifier noWrap = new AlgorithmIdentifier(good.algorithm().getAlgorithm());
        for (WrappedContentKey.KeyAgreement bad : new WrappedContentKey.KeyAgreement[] {
            new WrappedContentKey.KeyAgreement(good.algorithm(), good.originator(), null, damaged, 32),
            new WrappedContentKey.KeyAgreement(good.algorithm(), good.originator(), null, new byte[0], 32),
            new WrappedContentKey.KeyAgreement(good.algorithm(), good.originator(), null, new byte[41], 32),
            new WrappedContentKey.KeyAgreement(
                    good.algorithm(), good.originator(), new byte[] {1}, good.encryptedKey(), 32),
            new WrappedContentKey.KeyAgreement(unknownScheme, good.originator(), null, good.encryptedKey(), 32),
            new WrappedContentKey.KeyAgreement(unknownWrap, good.originator(), null, good.encryptedKey(), 32),
            new WrappedContentKey.KeyAgreement(noWrap, good.originator(), null, good.encryptedKey(), 32)
        }) {
            assertThat(key.recoverContentKey(bad)).hasSize(32).isNotEqualTo(contentKey);
        }
        assertThat(key.recoverContentKey(new WrappedContentKey.KeyAgreement(
                        good.algorithm(), good.originator(), null, good.encryptedKey(), 16)))
                .hasSize(16);
    }

    private static KeyHandle handle(KeyAlgorithm algorithm) {
        return CA.issue(MailAddress.of("a@example.com"), algorithm, Profile.ENCRYPT, START, END)
                .keyHandle();
    }

    private static CMSEnvelopedData seal(KeyHandle key, String schemeName, int wrapBits, boolean ukm) throws Exception {
        ASN1ObjectIdentifier scheme = Objects.requireNonNull(SCHEMES.get(schemeName));
        ASN1ObjectIdentifier wrap = Objects.requireNonNull(WRAPS.get(wrapBits));
        boolean montgomery = key.certificate().keyKind() instanceof PublicKeyKind.X25519;
        KeyPairGenerator sender = KeyPairGenerator.getInstance(montgomery ? "X25519" : "EC", BC);
        if (key.certificate().keyKind() instanceof PublicKeyKind.Ec(PublicKeyKind.Curve curve)) {
            sender.initialize(new ECGenParameterSpec(curve.standardName()));
        }
        KeyPair pair = sender.generateKeyPair();
        JceKeyAgreeRecipientInfoGenerator recipient =
                new JceKeyAgreeRecipientInfoGenerator(scheme, pair.getPrivate(), pair.getPublic(), wrap);
        recipient.addRecipient(key.certificate().x509()).setProvider(BC);
        if (ukm) {
            recipient.setUserKeyingMaterial("some ukm".getBytes(StandardCharsets.US_ASCII));
        }
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(recipient);
        return generator.generate(
                new CMSProcessableByteArray(TEXT),
                new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                        .setProvider(BC)
                        .build());
    }

    private static EnvelopedData structure(CMSEnvelopedData message) {
        return EnvelopedData.getInstance(message.toASN1Structure().getContent());
    }

    private static WrappedContentKey.KeyAgreement wrapped(CMSEnvelopedData message) {
        KeyAgreeRecipientInfo info = KeyAgreeRecipientInfo.getInstance(
                RecipientInfo.getInstance(structure(message).getRecipientInfos().getObjectAt(0))
                        .getInfo());
        ASN1OctetString ukm = info.getUserKeyingMaterial();
        return new WrappedContentKey.KeyAgreement(
                info.getKeyEncryptionAlgorithm(),
                SubjectPublicKeyInfo.getInstance(
                        info.getOriginator().getOriginatorKey().toASN1Primitive()),
                ukm == null ? null : ukm.getOctets(),
                RecipientEncryptedKey.getInstance(
                                info.getRecipientEncryptedKeys().getObjectAt(0))
                        .getEncryptedKey()
                        .getOctets(),
                32);
    }

    private static WrappedContentKey.KeyAgreement with(
            WrappedContentKey.KeyAgreement wrapped, SubjectPublicKeyInfo originator) {
        return new WrappedContentKey.KeyAgreement(
                wrapped.algorithm(), originator, wrapped.userKeyingMaterial(), wrapped.encryptedKey(), 32);
    }

    private static byte[] open(CMSEnvelopedData message, byte[] contentKey) throws Exception {
        EnvelopedData data = structure(message);
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(contentKey, "AES"),
                new IvParameterSpec(ASN1OctetString.getInstance(data.getEncryptedContentInfo()
                                .getContentEncryptionAlgorithm()
                                .getParameters())
                        .getOctets()));
        return cipher.doFinal(
                data.getEncryptedContentInfo().getEncryptedContent().getOctets());
    }
}
