package org.postseal.gateway.e2e.interop;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/**
 * A kind of encryption.
 *
 * @param reader the kind of key that opens the message
 */
record EncryptionLine(EncryptionSettings settings, List<KeyAlgorithm> recipients, KeyAlgorithm reader) implements Line {
    static final EncryptionLine AES128_CBC = new EncryptionLine(Cipher.AES128_CBC);
    static final EncryptionLine AES192_CBC = new EncryptionLine(Cipher.AES192_CBC);
    static final EncryptionLine AES256_CBC = new EncryptionLine(Cipher.AES256_CBC);
    static final EncryptionLine AES128_GCM = new EncryptionLine(Cipher.AES128_GCM);
    static final EncryptionLine AES192_GCM = new EncryptionLine(Cipher.AES192_GCM);
    static final EncryptionLine AES256_GCM = new EncryptionLine(Cipher.AES256_GCM);
    static final EncryptionLine CHACHA20_POLY1305 = new EncryptionLine(Cipher.CHACHA20_POLY1305);
    static final EncryptionLine TRIPLE_DES_CBC = new EncryptionLine(Cipher.TRIPLE_DES_CBC);
    static final EncryptionLine DES_CBC = new EncryptionLine(Cipher.DES_CBC);
    static final EncryptionLine RC2_128_CBC = new EncryptionLine(Cipher.RC2_128_CBC);
    static final EncryptionLine RC2_64_CBC = new EncryptionLine(Cipher.RC2_64_CBC);
    static final EncryptionLine RC2_40_CBC = new EncryptionLine(Cipher.RC2_40_CBC);
    static final EncryptionLine RSA3072 = new EncryptionLine(Cipher.AES128_CBC, KeyAlgorithm.RSA3072);
    static final EncryptionLine RSA4096 = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.RSA4096);
    static final EncryptionLine KEY_IDENTIFIER_RSA = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.RSA2048, true);
    static final EncryptionLine OAEP_SHA1_CBC = new EncryptionLine(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA1);
    static final EncryptionLine OAEP_SHA256_CBC = new EncryptionLine(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA256);
    static final EncryptionLine OAEP_SHA384_CBC = new EncryptionLine(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA384);
    static final EncryptionLine OAEP_SHA512_CBC = new EncryptionLine(Cipher.AES256_CBC, RsaKeyTransport.OAEP_SHA512);
    static final EncryptionLine OAEP_SHA1_GCM = new EncryptionLine(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA1);
    static final EncryptionLine OAEP_SHA256_GCM = new EncryptionLine(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256);
    static final EncryptionLine OAEP_SHA384_GCM = new EncryptionLine(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA384);
    static final EncryptionLine OAEP_SHA512_GCM = new EncryptionLine(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA512);
    static final EncryptionLine P256_AES128 = new EncryptionLine(Cipher.AES128_CBC, KeyAlgorithm.P256);
    static final EncryptionLine P256_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.P256);
    static final EncryptionLine P384_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.P384);
    static final EncryptionLine P521_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.P521);
    static final EncryptionLine P256_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.P256);
    static final EncryptionLine P384_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.P384);
    static final EncryptionLine P521_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.P521);
    static final EncryptionLine BRAINPOOLP256R1_CBC =
            new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.BRAINPOOLP256R1);
    static final EncryptionLine BRAINPOOLP384R1_CBC =
            new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.BRAINPOOLP384R1);
    static final EncryptionLine BRAINPOOLP512R1_CBC =
            new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.BRAINPOOLP512R1);
    static final EncryptionLine KEY_IDENTIFIER_P256 = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.P256, true);
    static final EncryptionLine X25519_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.X25519);
    static final EncryptionLine X448_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.X448);
    static final EncryptionLine X25519_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.X25519);
    static final EncryptionLine X448_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.X448);
    static final EncryptionLine ML_KEM_512_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_512);
    static final EncryptionLine ML_KEM_768_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_768);
    static final EncryptionLine ML_KEM_1024_CBC = new EncryptionLine(Cipher.AES256_CBC, KeyAlgorithm.ML_KEM_1024);
    static final EncryptionLine ML_KEM_768_GCM = new EncryptionLine(Cipher.AES256_GCM, KeyAlgorithm.ML_KEM_768);
    static final EncryptionLine BESIDE_READ_BY_RSA = new EncryptionLine(
            Cipher.AES256_CBC, List.of(KeyAlgorithm.ML_KEM_768, KeyAlgorithm.RSA2048), KeyAlgorithm.RSA2048);
    static final EncryptionLine BESIDE_READ_BY_ML_KEM = new EncryptionLine(
            Cipher.AES256_CBC, List.of(KeyAlgorithm.ML_KEM_768, KeyAlgorithm.RSA2048), KeyAlgorithm.ML_KEM_768);
    static final EncryptionLine SEVERAL_READ_BY_RSA = new EncryptionLine(
            Cipher.AES128_CBC,
            List.of(KeyAlgorithm.P256, KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072),
            KeyAlgorithm.RSA3072);
    static final EncryptionLine SEVERAL_READ_BY_P256 = new EncryptionLine(
            Cipher.AES128_CBC,
            List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072, KeyAlgorithm.P256),
            KeyAlgorithm.P256);
    static final EncryptionLine SEVERAL_GCM = new EncryptionLine(
            Cipher.AES256_GCM,
            List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.P256, KeyAlgorithm.RSA3072),
            KeyAlgorithm.RSA3072);

    /** All lines, in the order of the table. */
    static final List<EncryptionLine> ALL = List.of(
            AES128_CBC,
            AES192_CBC,
            AES256_CBC,
            AES128_GCM,
            AES192_GCM,
            AES256_GCM,
            CHACHA20_POLY1305,
            TRIPLE_DES_CBC,
            DES_CBC,
            RC2_128_CBC,
            RC2_64_CBC,
            RC2_40_CBC,
            RSA3072,
            RSA4096,
            KEY_IDENTIFIER_RSA,
            OAEP_SHA1_CBC,
            OAEP_SHA256_CBC,
            OAEP_SHA384_CBC,
            OAEP_SHA512_CBC,
            OAEP_SHA1_GCM,
            OAEP_SHA256_GCM,
            OAEP_SHA384_GCM,
            OAEP_SHA512_GCM,
            P256_AES128,
            P256_CBC,
            P384_CBC,
            P521_CBC,
            P256_GCM,
            P384_GCM,
            P521_GCM,
            BRAINPOOLP256R1_CBC,
            BRAINPOOLP384R1_CBC,
            BRAINPOOLP512R1_CBC,
            KEY_IDENTIFIER_P256,
            X25519_CBC,
            X448_CBC,
            X25519_GCM,
            X448_GCM,
            ML_KEM_512_CBC,
            ML_KEM_768_CBC,
            ML_KEM_1024_CBC,
            ML_KEM_768_GCM,
            BESIDE_READ_BY_RSA,
            BESIDE_READ_BY_ML_KEM,
            SEVERAL_READ_BY_RSA,
            SEVERAL_READ_BY_P256,
            SEVERAL_GCM);

    EncryptionLine {
        recipients = List.copyOf(recipients);
    }

    private EncryptionLine(Cipher cipher) {
        this(cipher, KeyAlgorithm.RSA2048);
    }

    private EncryptionLine(Cipher cipher, KeyAlgorithm recipient) {
        this(cipher, recipient, false);
    }

    private EncryptionLine(Cipher cipher, KeyAlgorithm recipient, boolean keyIdentifier) {
        this(new EncryptionSettings(cipher, RsaKeyTransport.PKCS1, keyIdentifier), List.of(recipient), recipient);
    }

    private EncryptionLine(Cipher cipher, RsaKeyTransport transport) {
        this(new EncryptionSettings(cipher, transport), List.of(KeyAlgorithm.RSA2048), KeyAlgorithm.RSA2048);
    }

    private EncryptionLine(Cipher cipher, List<KeyAlgorithm> recipients, KeyAlgorithm reader) {
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

    /** Returns the cipher, as {@code AES-256-CBC}. */
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

    /** Returns the digest of OAEP, as {@code SHA-256}; empty for PKCS #1 v1.5. */
    String oaepDigest() {
        return switch (settings.rsaKeyTransport()) {
            case PKCS1 -> "";
            case OAEP_SHA1 -> "SHA-1";
            case OAEP_SHA256 -> "SHA-256";
            case OAEP_SHA384 -> "SHA-384";
            case OAEP_SHA512 -> "SHA-512";
        };
    }

    /** Returns what {@link Found#encryption} says about such a message. */
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
            case P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 ->
                "key agreement by X9.63" + identifier;
            case X25519, X448 -> "key agreement by HKDF" + identifier;
            case ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> name(key);
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalStateException(key + " does not encrypt");
        };
    }

    private String keyWords(KeyAlgorithm key) {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> name(key) + (oaepDigest().isEmpty() ? " v1.5" : " OAEP " + oaepDigest());
            case P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 -> "ECDH " + name(key);
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024, ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                name(key);
        };
    }

    private static String name(KeyAlgorithm key) {
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> "RSA-" + key.name().substring(3);
            case P256, P384, P521 -> "P-" + key.name().substring(1);
            case BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 ->
                key.name().toLowerCase(Locale.ROOT).replace("poolp", "poolP");
            case X25519, X448, ED25519, ED448 -> key.name();
            case ML_KEM_512, ML_KEM_768, ML_KEM_1024, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                key.name().replace('_', '-');
        };
    }
}
