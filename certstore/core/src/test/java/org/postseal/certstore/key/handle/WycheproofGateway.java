package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;
import org.postseal.certstore.key.handle.WycheproofPeer.Maker;
import org.postseal.certstore.key.handle.WycheproofQuestions.Answer;
import org.postseal.certstore.key.handle.WycheproofVectors.Vector;

/**
 * Asks the gateway's own code about vectors: it reads the private key from PKCS #8, and recovers content keys with it.
 * A secret that was agreed on or encapsulated is not shown there. So a content key is wrapped under what follows from
 * the secret of the vector, and must be recovered.
 *
 * <p>A content key that is not right must be the substitute, and never an exception: that alone counts as refused.
 */
final class WycheproofGateway {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final byte[] CONTENT_KEY = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
    private static final Map<String, Key> KEYS = new HashMap<>();

    private WycheproofGateway() {}

    /** A key as the gateway has it, in memory. */
    private record Key(IssuedCertificate issued, PrivateKey key) {
        static Key read(byte[] pkcs8) throws KeyFileException {
            String name = HexFormat.of().formatHex(pkcs8);
            Key known = KEYS.get(name);
            if (known == null) {
                KeyMaterial material = PrivateKeyFile.read("PRIVATE KEY", pkcs8, null);
                IssuedCertificate issued = CA.request(MailAddress.of("alice@example.com"))
                        .key(material)
                        .profile(material.kind().canEncrypt() ? Profile.ENCRYPT : Profile.SIGN)
                        .validity(START, END)
                        .issue();
                PrivateKey key = ((PrivateKeyHandle) issued.keyHandle())
                        .inMemory()
                        .orElseThrow()
                        .key();
                known = new Key(issued, key);
                KEYS.put(name, known);
            }
            return known;
        }

        PublicKeyKind kind() {
            return issued.certificate().keyKind();
        }

        PrivateKeyHandle on(Engines engines) {
            KeyAccess access = new KeyAccess() {
                @Override
                public <T> T use(Operation<T> operation) throws GeneralSecurityException {
                    return operation.with(key, engines);
                }

                @Override
                public boolean isHardware() {
                    return false;
                }
            };
            return new PrivateKeyHandle(access, ImplicitRejection.of(key), issued.certificate(), issued.chain());
        }

        /** Recovers a content key and says whether it is the expected one, the substitute, or something else. */
        Answer recovered(Engines engines, WrappedContentKey wrapped, byte[] encryptedKey, byte[] expected) {
            byte[] found = on(engines).recoverContentKey(wrapped);
            byte[] substitute = ImplicitRejection.of(key).substitute(encryptedKey, expected.length);
            return Arrays.equals(found, substitute) ? Answer.REFUSED : Answer.of(expected, found);
        }
    }

    private static Engines engines(WycheproofPeer peer, Maker<?> trial) throws GeneralSecurityException {
        return Engines.of(peer.engine(each -> {
            Object _ = trial.make(each);
            return each;
        }));
    }

    /** The answer must be the same whichever provider does the bare operation. */
    static Answer rsaPkcs1(WycheproofPeer peer, Vector vector) throws Exception {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        Set<Answer> answers = EnumSet.of(transported(peer, vector, algorithm));
        if (vector.number("keySize") == 2048) {
            answers.add(transported(WycheproofPeer.JDK, vector, algorithm));
            answers.add(transported(WycheproofPeer.BOUNCY_CASTLE, vector, algorithm));
        }
        return answers.size() == 1 ? answers.iterator().next() : Answer.WRONG;
    }

    static Answer rsaOaep(WycheproofPeer peer, Vector vector) throws Exception {
        AlgorithmIdentifier mask =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, digest(vector.text("mgfSha")));
        AlgorithmIdentifier source = new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_pSpecified, new DEROctetString(vector.octets("label")));
        RSAESOAEPparams parameters = new RSAESOAEPparams(digest(vector.text("sha")), mask, source);
        return transported(peer, vector, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, parameters));
    }

    private static AlgorithmIdentifier digest(String name) {
        ASN1ObjectIdentifier oid = switch (name) {
            case "SHA-1" -> OIWObjectIdentifiers.idSHA1;
            case "SHA-224" -> NISTObjectIdentifiers.id_sha224;
            case "SHA-256" -> NISTObjectIdentifiers.id_sha256;
            case "SHA-384" -> NISTObjectIdentifiers.id_sha384;
            case "SHA-512" -> NISTObjectIdentifiers.id_sha512;
            case "SHA-512/224" -> NISTObjectIdentifiers.id_sha512_224;
            case "SHA-512/256" -> NISTObjectIdentifiers.id_sha512_256;
            default -> throw new IllegalArgumentException(name);
        };
        return new AlgorithmIdentifier(oid, DERNull.INSTANCE);
    }

    private static Answer transported(WycheproofPeer peer, Vector vector, AlgorithmIdentifier algorithm)
            throws Exception {
        byte[] expected = vector.octets("msg");
        if (expected.length == 0 || expected.length > 64) {
            throw new NoSuchAlgorithmException("no content key has this length");
        }
        byte[] encrypted = vector.octets("ct");
        Key key = Key.read(vector.octets("privateKeyPkcs8"));
        Engines engines = engines(peer, each -> Cipher.getInstance("RSA/ECB/NoPadding", each));
        return key.recovered(
                engines,
                new WrappedContentKey.KeyTransport(algorithm, encrypted, expected.length),
                encrypted,
                expected);
    }

    static Answer rsaSigning(WycheproofPeer peer, Vector vector) throws Exception {
        SignatureScheme scheme = switch (vector.text("sha")) {
            case "SHA-1" -> SignatureScheme.RSA_PKCS1_SHA1;
            case "SHA-256" -> SignatureScheme.RSA_PKCS1_SHA256;
            case "SHA-384" -> SignatureScheme.RSA_PKCS1_SHA384;
            case "SHA-512" -> SignatureScheme.RSA_PKCS1_SHA512;
            default -> throw new NoSuchAlgorithmException(vector.text("sha"));
        };
        Key key = Key.read(vector.octets("privateKeyPkcs8"));
        byte[] signature = key.on(Engines.REGISTERED).sign(scheme, vector.octets("msg"));
        return Answer.of(vector.octets("sig"), signature);
    }

    static Answer ecdh(WycheproofPeer peer, Vector vector) throws Exception {
        Engines engines = engines(peer, each -> KeyAgreement.getInstance("ECDH", each));
        return agreed(engines, Key.read(WycheproofQuestions.ecPrivateKey(vector)), vector);
    }

    /** The gateway gives keys on Brainpool curves to no other provider. */
    static Answer ecdhByBouncyCastle(WycheproofPeer peer, Vector vector) throws Exception {
        return ecdh(WycheproofPeer.BOUNCY_CASTLE, vector);
    }

    static Answer xdh(WycheproofPeer peer, Vector vector) throws Exception {
        Engines engines = engines(WycheproofPeer.JDK, each -> KeyAgreement.getInstance("XDH", each));
        return agreed(engines, Key.read(vector.octets("private")), vector);
    }

    private static Answer agreed(Engines engines, Key key, Vector vector) throws Exception {
        SubjectPublicKeyInfo originator;
        try {
            originator = SubjectPublicKeyInfo.getInstance(vector.octets("public"));
        } catch (IllegalArgumentException malformed) {
            // The reader of a message refuses it.
            return Answer.REFUSED;
        }
        AgreementKdf derivation = AgreementKdf.of(key.kind());
        ContentKeyWrap wrap = ContentKeyWrap.AES128;
        byte[] wrappingKey = derivation.derive(vector.octets("shared"), wrap.identifier(), null, wrap.keyLength());
        byte[] encrypted = wrap.wrap(wrappingKey, CONTENT_KEY);
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(derivation.scheme(), wrap.identifier());
        return key.recovered(
                engines,
                new WrappedContentKey.KeyAgreement(algorithm, originator, null, encrypted, CONTENT_KEY.length),
                encrypted,
                CONTENT_KEY);
    }

    static Answer keyWrap(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return unwrapped(
                vector,
                switch (vector.number("keySize")) {
                    case 128 -> ContentKeyWrap.AES128;
                    case 192 -> ContentKeyWrap.AES192;
                    default -> ContentKeyWrap.AES256;
                });
    }

    static Answer paddedKeyWrap(WycheproofPeer peer, Vector vector) throws GeneralSecurityException {
        return unwrapped(
                vector,
                switch (vector.number("keySize")) {
                    case 128 -> ContentKeyWrap.AES128_PAD;
                    case 192 -> ContentKeyWrap.AES192_PAD;
                    default -> ContentKeyWrap.AES256_PAD;
                });
    }

    private static Answer unwrapped(Vector vector, ContentKeyWrap wrap) throws GeneralSecurityException {
        byte[] expected = vector.octets("msg");
        byte[] substitute = new byte[expected.length];
        Arrays.fill(substitute, (byte) 0x55);
        byte[] found = wrap.unwrap(vector.octets("key"), vector.octets("ct"), substitute);
        return Arrays.equals(found, substitute) ? Answer.REFUSED : Answer.of(expected, found);
    }

    static Answer mlDsaSigning(WycheproofPeer peer, Vector vector) throws Exception {
        WycheproofLattices.demandMessage(vector);
        byte[] pkcs8 = vector.has("privateSeed")
                ? WycheproofLattices.seedPkcs8(vector, vector.octets("privateSeed"))
                : WycheproofLattices.pkcs8(vector, vector.octets("privateKey"));
        return WycheproofLattices.mlDsaSigning(
                WycheproofPeer.JDK, vector, Key.read(pkcs8).key());
    }

    static Answer decapsulation(WycheproofPeer peer, Vector vector) throws Exception {
        Key key = mlKemKey(vector);
        ContentKeyWrap wrap = ContentKeyWrap.AES256;
        byte[] wrappingKey = KemKdf.HKDF_SHA256.derive(vector.octets("K"), wrap.identifier(), wrap.keyLength(), null);
        byte[] encrypted = wrap.wrap(wrappingKey, CONTENT_KEY);
        return key.recovered(
                Engines.REGISTERED,
                new WrappedContentKey.Encapsulation(
                        WycheproofLattices.algorithm(vector),
                        vector.octets("c"),
                        KemKdf.HKDF_SHA256.identifier(),
                        wrap.keyLength(),
                        null,
                        wrap.identifier(),
                        encrypted,
                        CONTENT_KEY.length),
                encrypted,
                CONTENT_KEY);
    }

    /** Both halves of the key that follows from a seed. */
    static Answer keyGeneration(WycheproofPeer peer, Vector vector) throws Exception {
        Key key = mlKemKey(vector);
        PrivateKeyInfo expanded = PrivateKeyInfo.getInstance(key.key().getEncoded());
        byte[] publicKey = key.issued().key().publicKey().getPublicKeyData().getOctets();
        byte[] privateKey =
                DEROctetString.getInstance(expanded.parsePrivateKey()).getOctets();
        return Answer.of(vector.octets("ek"), publicKey) == Answer.RIGHT
                ? Answer.of(vector.octets("dk"), privateKey)
                : Answer.WRONG;
    }

    private static Key mlKemKey(Vector vector) throws IOException, KeyFileException {
        return Key.read(
                vector.has("seed")
                        ? WycheproofLattices.seedPkcs8(vector, vector.octets("seed"))
                        : WycheproofLattices.pkcs8(vector, vector.octets("dk")));
    }
}
