package org.postseal.gateway.interop;

import java.util.List;
import java.util.stream.Collectors;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.EncryptionSettings;
import org.postseal.policy.EncryptionSettings.Cipher;
import org.postseal.policy.EncryptionSettings.RsaKeyTransport;

/** A kind of encryption. */
enum EncryptionLine implements Line {
    AES128_CBC(Cipher.AES128_CBC),
    AES192_CBC(Cipher.AES192_CBC),
    AES256_CBC(Cipher.AES256_CBC),
    AES128_GCM(Cipher.AES128_GCM),
    AES192_GCM(Cipher.AES192_GCM),
    AES256_GCM(Cipher.AES256_GCM),
    CHACHA20_POLY1305(Cipher.CHACHA20_POLY1305),
    TRIPLE_DES_CBC(Cipher.TRIPLE_DES_CBC),
    DES_CBC(Cipher.DES_CBC),
    RC2_128_CBC(Cipher.RC2_128_CBC),
    RC2_64_CBC(Cipher.RC2_64_CBC),
    RC2_40_CBC(Cipher.RC2_40_CBC),
    RSA3072(Cipher.AES128_CBC, KeyAlgorithm.RSA3072),
    RSA4096(Cipher.AES256_CBC, KeyAlgorithm.RSA4096),
    KEY_IDENTIFIER_RSA(Cipher.AES256_CBC, KeyAlgorithm.RSA2048, true),
    OAEP_SHA1_CBC(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA1),
    OAEP_SHA256_CBC(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA256),
    OAEP_SHA384_CBC(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA384),
    OAEP_SHA512_CBC(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA512),
    OAEP_SHA1_GCM(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA1),
    OAEP_SHA256_GCM(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256),
    OAEP_SHA384_GCM(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA384),
    OAEP_SHA512_GCM(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA512),
    P256_AES128(Cipher.AES128_CBC, KeyAlgorithm.P256),
    P256_CBC(Cipher.AES256_CBC, KeyAlgorithm.P256),
    P384_CBC(Cipher.AES256_CBC, KeyAlgorithm.P384),
    P521_CBC(Cipher.AES256_CBC, KeyAlgorithm.P521),
    P256_GCM(Cipher.AES256_GCM, KeyAlgorithm.P256),
    P384_GCM(Cipher.AES256_GCM, KeyAlgorithm.P384),
    P521_GCM(Cipher.AES256_GCM, KeyAlgorithm.P521),
    KEY_IDENTIFIER_P256(Cipher.AES256_CBC, KeyAlgorithm.P256, true),
    X25519_CBC(Cipher.AES256_CBC, KeyAlgorithm.X25519),
    X448_CBC(Cipher.AES256_CBC, KeyAlgorithm.X448),
    X25519_GCM(Cipher.AES256_GCM, KeyAlgorithm.X25519),
    X448_GCM(Cipher.AES256_GCM, KeyAlgorithm.X448),
    ML_KEM_512_CBC(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_512),
    ML_KEM_768_CBC(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_768),
    ML_KEM_1024_CBC(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_1024),
    ML_KEM_768_GCM(Cipher.AES256_GCM, KeyAlgorithm.ML_KEM_768),
    BESIDE_READ_BY_RSA(Cipher.AES256_CBC, List.of(KeyAlgorithm.ML_KEM_768, KeyAlgorithm.RSA2048), KeyAlgorithm.RSA2048),
    BESIDE_READ_BY_ML_KEM(
            Cipher.AES256_CBC, List.of(KeyAlgorithm.ML_KEM_768, KeyAlgorithm.RSA2048), KeyAlgorithm.ML_KEM_768),
    SEVERAL_READ_BY_RSA(
            Cipher.AES128_CBC,
            List.of(KeyAlgorithm.P256, KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072),
            KeyAlgorithm.RSA3072),
    SEVERAL_READ_BY_P256(
            Cipher.AES128_CBC,
            List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072, KeyAlgorithm.P256),
            KeyAlgorithm.P256),
    SEVERAL_GCM(
            Cipher.AES256_GCM,
            List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.P256, KeyAlgorithm.RSA3072),
            KeyAlgorithm.RSA3072);

    private final EncryptionSettings settings;
    private final List<KeyAlgorithm> recipients;
    private final KeyAlgorithm reader;

    EncryptionLine(EncryptionSettings settings, List<KeyAlgorithm> recipients, KeyAlgorithm reader) {
        this.settings = settings;
        this.recipients = recipients;
        this.reader = reader;
    }

    EncryptionLine(Cipher cipher) {
        this(cipher, KeyAlgorithm.RSA2048);
    }

    EncryptionLine(Cipher cipher, KeyAlgorithm recipient) {
        this(cipher, recipient, false);
    }

    EncryptionLine(Cipher cipher, KeyAlgorithm recipient, boolean keyIdentifier) {
        this(new EncryptionSettings(cipher, RsaKeyTransport.PKCS1, keyIdentifier), List.of(recipient), recipient);
    }

    EncryptionLine(Cipher cipher, RsaKeyTransport transport) {
        this(new EncryptionSettings(cipher, transport), List.of(KeyAlgorithm.RSA2048), KeyAlgorithm.RSA2048);
    }

    EncryptionLine(Cipher cipher, List<KeyAlgorithm> recipients, KeyAlgorithm reader) {
        this(new EncryptionSettings(cipher, RsaKeyTransport.PKCS1), recipients, reader);
    }

    @Override
    public String words() {
        String keys = recipients.stream().map(this::keyWords).collect(Collectors.joining(" + "));
        return cipherName()
                + ", "
                + keys
                + (settings.keyIdentifier() ? ", by key identifier" : "")
                + (recipients.size() > 1 ? ", read with " + name(reader) : "");
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.TO_PEER, Column.FROM_PEER);
    }

    EncryptionSettings settings() {
        return settings;
    }

    List<KeyAlgorithm> recipients() {
        return recipients;
    }

    /** Whose key opens it. */
    KeyAlgorithm reader() {
        return reader;
    }

    /** As {@code AES-256-CBC}. */
    String cipherName() {
        return switch (settings.cipher()) {
            case RC2_40_CBC -> "RC2-40-CBC";
            case DES_CBC -> "DES-CBC";
            case RC2_64_CBC -> "RC2-64-CBC";
            case RC2_128_CBC -> "RC2-128-CBC";
            case TRIPLE_DES_CBC -> "TripleDES-CBC";
            case AES128_CBC -> "AES-128-CBC";
            case AES192_CBC -> "AES-192-CBC";
            case AES256_CBC -> "AES-256-CBC";
            case AES128_GCM -> "AES-128-GCM";
            case AES192_GCM -> "AES-192-GCM";
            case AES256_GCM -> "AES-256-GCM";
            case CHACHA20_POLY1305 -> "ChaCha20-Poly1305";
        };
    }

    /** The digest of OAEP, as {@code SHA-256}; empty for v1.5. */
    String oaepDigest() {
        return switch (settings.rsaKeyTransport()) {
            case PKCS1 -> "";
            case OAEP_SHA1 -> "SHA-1";
            case OAEP_SHA256 -> "SHA-256";
            case OAEP_SHA384 -> "SHA-384";
            case OAEP_SHA512 -> "SHA-512";
        };
    }

    /** What {@link Found#encryption} says of such a message. */
    String found() {
        return (settings.cipher().isAuthenticated() ? "authEnveloped-data by " : "enveloped-data by ")
                + cipherName()
                + recipients.stream()
                        .map(this::management)
                        .sorted()
                        .map(way -> ", " + way)
                        .collect(Collectors.joining());
    }

    private String management(KeyAlgorithm key) {
        String identifier = settings.keyIdentifier() ? " by key identifier" : "";
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 ->
                (oaepDigest().isEmpty() ? "RSA v1.5" : "OAEP " + oaepDigest()) + identifier;
            case P256, P384, P521 -> "key agreement by X9.63" + identifier;
            case X25519, X448 -> "key agreement by HKDF" + identifier;
            case ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> name(key);
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalStateException(key + " does not encrypt");
        };
    }

    private String keyWords(KeyAlgorithm key) {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> name(key) + (oaepDigest().isEmpty() ? " v1.5" : " OAEP " + oaepDigest());
            case P256, P384, P521 -> "ECDH " + name(key);
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024, ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                name(key);
        };
    }

    private static String name(KeyAlgorithm key) {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> "RSA-" + key.name().substring(3);
            case P256, P384, P521 -> "P-" + key.name().substring(1);
            case X25519, X448, ED25519, ED448 -> key.name();
            case ML_KEM_512, ML_KEM_768, ML_KEM_1024, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                key.name().replace('_', '-');
        };
    }
}
