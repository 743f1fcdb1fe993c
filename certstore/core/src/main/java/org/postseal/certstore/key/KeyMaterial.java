package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.PublicKeyKind;

/**
 * A private key with its public half, closed to everyone outside this package: others can make it, match it with a certificate, turn it into a
 * {@link KeyHandle}, and write it to a file for its owner. Thread-safe.
 */
public final class KeyMaterial {
    private final PrivateKey privateKey;
    private final byte[] encoded;
    private final SubjectPublicKeyInfo publicKey;

    KeyMaterial(PrivateKey privateKey, SubjectPublicKeyInfo publicKey) {
        this(privateKey, privateKey.getEncoded(), publicKey);
    }

    // encoded: PKCS #8 to keep, where that is another form than the engines work with
    KeyMaterial(PrivateKey privateKey, byte[] encoded, SubjectPublicKeyInfo publicKey) {
        this.privateKey = privateKey;
        this.encoded = encoded;
        this.publicKey = publicKey;
    }

    /** Generates a fresh key. */
    public static KeyMaterial generate(KeyAlgorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.family());
            switch (algorithm) {
                case RSA2048, RSA3072, RSA4096 -> generator.initialize(Integer.parseInt(algorithm.parameter()));
                case P256, P384, P521 -> generator.initialize(new ECGenParameterSpec(algorithm.parameter()));
                case ED25519, ED448, X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> {}
                case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> {
                    return MlDsaKeys.generate(algorithm);
                }
            }
            KeyPair pair = generator.generateKeyPair();
            return new KeyMaterial(
                    pair.getPrivate(),
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no provider generates " + algorithm, e);
        }
    }

    /** What can be written to a file of the key behind {@code handle}; empty for one on a token, which it cannot leave. Only for the one who hands keys to clients, as a test of the architecture demands. */
    public static Optional<KeyMaterial> of(KeyHandle handle) {
        return handle instanceof PrivateKeyHandle key ? key.material() : Optional.empty();
    }

    /** The public half. */
    public SubjectPublicKeyInfo publicKey() {
        return publicKey;
    }

    /** What kind of key it is. */
    public PublicKeyKind kind() {
        return PublicKeys.kind(publicKey);
    }

    /** True when {@code certificate} certifies this key. */
    public boolean matches(MailCertificate certificate) {
        return PublicKeys.same(publicKey, certificate.holder().getSubjectPublicKeyInfo());
    }

    /**
     * The use of this key under {@code certificate}.
     *
     * @param chain intermediates up to the anchor, without it
     * @throws IllegalArgumentException when the certificate is for another key
     */
    public KeyHandle handle(MailCertificate certificate, List<MailCertificate> chain) {
        if (!matches(certificate)) {
            throw new IllegalArgumentException("certificate is for another key: " + certificate.id());
        }
        return new PrivateKeyHandle(
                KeyAccess.inMemory(privateKey), ImplicitRejection.of(privateKey), certificate, chain);
    }

    /** Signs certificates with this key; SHA-256 for RSA and P-256, the digest of its strength for other curves. */
    public ContentSigner certificateSigner() {
        try {
            return new JcaContentSignerBuilder(PublicKeys.certificateSignature(publicKey)).build(privateKey);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("no provider signs certificates with this key", e);
        }
    }

    /** Unencrypted PKCS #8 in PEM, for its owner's file. */
    public String toPem() {
        return PemText.of("PRIVATE KEY", encoded);
    }

    /**
     * PKCS #8 in PEM under a passphrase (PBES2: AES-256-CBC, PBKDF2 with HMAC-SHA-256), as {@code openssl pkcs8} reads it.
     *
     * @param rounds of PBKDF2; 600000 and more for what a person has thought up
     */
    public String toEncryptedPem(char[] passphrase, int rounds) {
        try {
            PBKDF2Config derivation = new PBKDF2Config.Builder()
                    .withPRF(PBKDF2Config.PRF_SHA256)
                    .withIterationCount(rounds)
                    .withSaltLength(16)
                    .build();
            byte[] locked = new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(encoded))
                    .build(new JcePKCSPBEOutputEncryptorBuilder(derivation, NISTObjectIdentifiers.id_aes256_CBC)
                            .setProvider(new BouncyCastleProvider())
                            .build(passphrase))
                    .getEncoded();
            return PemText.of("ENCRYPTED PRIVATE KEY", locked);
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("a key cannot be encrypted to memory", e);
        }
    }

    // PKCS #8, for wrapping
    byte[] encoded() {
        // the caller may wipe it
        return encoded.clone();
    }

    /** PKCS #12 (PBES2 with AES-256, HMAC-SHA-256) with the certificate and {@code chain}, anchor included if wanted. */
    public byte[] toPkcs12(String alias, char[] password, MailCertificate certificate, List<MailCertificate> chain) {
        return Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity(alias, this, certificate, chain)), password, Pkcs12Profile.MODERN);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
