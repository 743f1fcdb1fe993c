package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.spec.InvalidKeySpecException;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** Reads a single private key: PKCS #8, encrypted or not, PKCS #1 or SEC 1. */
public final class PrivateKeyFile {
    /** The most octets of one key. */
    public static final int MAX_OCTETS = 65_536;

    private PrivateKeyFile() {}

    /** Returns true if {@link #read} can read a PEM object with this label. */
    public static boolean isPrivateKey(String label) {
        return switch (label) {
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY" -> true;
            default -> false;
        };
    }

    /**
     * Reads DER.
     *
     * @param label the label in PEM, for example {@code RSA PRIVATE KEY}
     * @param password the password for {@code ENCRYPTED PRIVATE KEY}, or null if there is none
     * @throws KeyFileException if the key cannot be used
     */
    public static KeyMaterial read(String label, byte[] content, char @Nullable [] password) throws KeyFileException {
        if (content.length > MAX_OCTETS) {
            throw new KeyFileException("private key longer than " + MAX_OCTETS + " octets");
        }
        try {
            return PrivateKeyReader.read(
                    switch (label) {
                        case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(content);
                        case "RSA PRIVATE KEY" -> rsa(content);
                        case "EC PRIVATE KEY" -> ec(content);
                        case "ENCRYPTED PRIVATE KEY" -> decrypted(content, password);
                        default -> throw new KeyFileException(label + " is not supported");
                    });
        } catch (InvalidKeySpecException e) {
            throw new KeyFileException("private key refused: " + e.getMessage(), e);
        } catch (Pkcs12Exception e) {
            throw new KeyFileException(
                    e.outcome() instanceof Pkcs12Contents.Refused refused
                            ? "private key refused: " + refused.message()
                            : "wrong password",
                    e);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            throw new KeyFileException("private key cannot be read", e);
        }
    }

    // The bare PKCS #1 or SEC 1 key is wrapped into PKCS #8.

    private static PrivateKeyInfo rsa(byte[] content) throws IOException {
        return new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(content));
    }

    private static PrivateKeyInfo ec(byte[] content) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(content);
        return new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    private static PrivateKeyInfo decrypted(byte[] content, char @Nullable [] password)
            throws KeyFileException, Pkcs12Exception {
        if (password == null) {
            throw new KeyFileException("private key is encrypted, and there is no password for it");
        }
        EncryptedPrivateKeyInfo encrypted = EncryptedPrivateKeyInfo.getInstance(content);
        new DerivationBudget(Pkcs12File.MAX_ROUNDS).chargeDecryption(encrypted.getEncryptionAlgorithm());
        try {
            return new PKCS8EncryptedPrivateKeyInfo(encrypted)
                    .decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                            .setProvider(PROVIDER)
                            .build(password));
        } catch (PKCSException | RuntimeException e) {
            // There is no MAC. A wrong password yields padding that does not fit, or octets that are no key.
            throw new KeyFileException("wrong password, or damaged private key", e);
        }
    }

    private static final Provider PROVIDER = new BouncyCastleProvider();
}
