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
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.key.handle.ImplicitRejection;
import org.postseal.certstore.key.handle.InMemoryKey;
import org.postseal.certstore.key.handle.PrivateKeyHandle;

/**
 * A private key with its public half, which no code outside this package can look into. Others can generate it, match
 * it with a certificate, turn it into a {@link KeyHandle}, and write it to a file for its owner. Thread-safe.
 */
public final class KeyMaterial {
    private final PrivateKey privateKey;
    private final byte @Nullable [] keptForm;
    private final SubjectPublicKeyInfo publicKey;

    KeyMaterial(PrivateKey privateKey, SubjectPublicKeyInfo publicKey) {
        this(privateKey, null, publicKey);
    }

    // The parameter keptForm is the PKCS #8 form to keep, if the providers work with another form.
    KeyMaterial(PrivateKey privateKey, byte @Nullable [] keptForm, SubjectPublicKeyInfo publicKey) {
        this.privateKey = privateKey;
        this.keptForm = keptForm;
        this.publicKey = publicKey;
    }

    public static KeyMaterial generate(KeyAlgorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.family());
            switch (algorithm) {
                case RSA2048, RSA3072, RSA4096 -> generator.initialize(Integer.parseInt(algorithm.parameter()));
                case P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 ->
                    generator.initialize(new ECGenParameterSpec(algorithm.parameter()));
                case ED25519, ED448, X25519, X448 -> {}
                case ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> {
                    return SeededKeys.generate(algorithm);
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

    /**
     * Returns the key behind {@code handle} for writing it to a file, or empty if the key is on a token, which it
     * cannot leave. Only the code that hands keys to clients may call this; a test of the architecture checks it.
     */
    public static Optional<KeyMaterial> of(KeyHandle handle) {
        return handle instanceof PrivateKeyHandle key
                ? key.inMemory()
                        .map(kept -> new KeyMaterial(
                                kept.key(),
                                kept.keptForm(),
                                key.certificate().holder().getSubjectPublicKeyInfo()))
                : Optional.empty();
    }

    public SubjectPublicKeyInfo publicKey() {
        return publicKey;
    }

    public PublicKeyKind kind() {
        return PublicKeys.kind(publicKey);
    }

    /** Returns true if {@code certificate} certifies this key. */
    public boolean matches(MailCertificate certificate) {
        return PublicKeys.same(publicKey, certificate.holder().getSubjectPublicKeyInfo());
    }

    /**
     * Returns a handle that uses this key under {@code certificate}.
     *
     * @param chain the intermediates up to the anchor, without the anchor
     * @throws IllegalArgumentException if the certificate is for another key
     */
    public KeyHandle handle(MailCertificate certificate, List<MailCertificate> chain) {
        if (!matches(certificate)) {
            throw new IllegalArgumentException("certificate is for another key: " + certificate.id());
        }
        return new PrivateKeyHandle(
                new InMemoryKey(privateKey, keptForm), ImplicitRejection.of(privateKey), certificate, chain);
    }

    /**
     * Returns a signer of certificates. It uses SHA-256 for RSA and P-256, and a digest of matching strength for other
     * curves.
     */
    public ContentSigner certificateSigner() {
        try {
            return new JcaContentSignerBuilder(PublicKeys.certificateSignature(publicKey)).build(privateKey);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("no provider signs certificates with this key", e);
        }
    }

    /** Returns unencrypted PKCS #8 in PEM, for the owner's file. */
    public String toPem() {
        return PemText.of("PRIVATE KEY", encoded());
    }

    /**
     * Returns PKCS #8 in PEM under a passphrase (PBES2: AES-256-CBC, PBKDF2 with HMAC-SHA-256), as
     * {@code openssl pkcs8} reads it.
     *
     * @param rounds the rounds of PBKDF2; 600000 or more for a passphrase that a person chose
     */
    public String toEncryptedPem(char[] passphrase, int rounds) {
        try {
            PBKDF2Config derivation = new PBKDF2Config.Builder()
                    .withPRF(PBKDF2Config.PRF_SHA256)
                    .withIterationCount(rounds)
                    .withSaltLength(16)
                    .build();
            byte[] locked = new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(encoded()))
                    .build(new JcePKCSPBEOutputEncryptorBuilder(derivation, NISTObjectIdentifiers.id_aes256_CBC)
                            .setProvider(new BouncyCastleProvider())
                            .build(passphrase))
                    .getEncoded();
            return PemText.of("ENCRYPTED PRIVATE KEY", locked);
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("a key cannot be encrypted to memory", e);
        }
    }

    // Returns PKCS #8 in octets that the caller may wipe.
    byte[] encoded() {
        return keptForm == null ? privateKey.getEncoded().clone() : keptForm.clone();
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
