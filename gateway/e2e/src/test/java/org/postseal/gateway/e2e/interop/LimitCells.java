package org.postseal.gateway.e2e.interop;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.Cipher;

/** Says which cells a limit covers. */
final class LimitCells {
    /** What gpgsm says when it refuses the PKCS #12 file of an unknown kind of key. */
    static final String KEY_NOT_TAKEN = "key format OID: .*Not implemented.*error parsing or decrypting the PKCS#12";

    static final Predicate<Cell> PSS = signed(SignatureLine::isPss);
    static final Predicate<Cell> ED25519 = signed(line -> line.key() == KeyAlgorithm.ED25519);
    static final Predicate<Cell> ED448 = signed(line -> line.key() == KeyAlgorithm.ED448);
    static final Predicate<Cell> ML_DSA = signed(line -> line.key().name().startsWith("ML_DSA"));

    static final Predicate<Cell> CHACHA20 = by(EnumSet.of(Cipher.CHACHA20_POLY1305));
    static final Predicate<Cell> AES_GCM = by(EnumSet.of(Cipher.AES128_GCM, Cipher.AES192_GCM, Cipher.AES256_GCM));
    static final Predicate<Cell> DES_OR_RC2 =
            by(EnumSet.of(Cipher.DES_CBC, Cipher.RC2_40_CBC, Cipher.RC2_64_CBC, Cipher.RC2_128_CBC));
    static final Predicate<Cell> OAEP = encrypted(line -> !line.oaepDigest().isEmpty());
    static final Predicate<Cell> KEY_IDENTIFIER =
            encrypted(line -> line.settings().keyIdentifier());
    static final Predicate<Cell> X = to(EnumSet.of(KeyAlgorithm.X25519, KeyAlgorithm.X448));
    static final Predicate<Cell> TO_ML_KEM = to(Keys.ML_KEM);
    static final Predicate<Cell> READ_BY_ML_KEM = encrypted(line -> Keys.ML_KEM.contains(line.reader()));

    /** NSS makes only the encryption that it chooses itself, and none of these. */
    static final Predicate<Cell> NOT_CHOSEN_BY_NSS = encrypted(line -> !Keys.CHOICE_OF_NSS.contains(line));

    static final Predicate<Cell> COMPRESSED = cell -> cell.line() == StructureLine.COMPRESSED;
    static final Predicate<Cell> CERTIFICATES = cell -> cell.line() == StructureLine.CERTIFICATES_ONLY;

    static final Predicate<Cell> BRAINPOOL =
            signed(line -> Keys.BRAINPOOL.contains(line.key())).or(to(Keys.BRAINPOOL));

    private LimitCells() {}

    /** Limits the cells to those where the peer reads. */
    static Predicate<Cell> reading(Predicate<Cell> what) {
        return what.and(cell -> cell.column().isToPeer());
    }

    /** Limits the cells to those where the peer makes. */
    static Predicate<Cell> making(Predicate<Cell> what) {
        return what.and(cell -> !cell.column().isToPeer());
    }

    private static Predicate<Cell> signed(Predicate<SignatureLine> what) {
        return cell -> cell.line() instanceof SignatureLine line && what.test(line);
    }

    private static Predicate<Cell> encrypted(Predicate<EncryptionLine> what) {
        return cell -> cell.line() instanceof EncryptionLine line && what.test(line);
    }

    private static Predicate<Cell> by(Set<Cipher> ciphers) {
        return encrypted(line -> ciphers.contains(line.settings().cipher()));
    }

    private static Predicate<Cell> to(Set<KeyAlgorithm> keys) {
        return encrypted(line -> !Collections.disjoint(line.recipients(), keys));
    }

    private static final class Keys {
        private static final Set<KeyAlgorithm> ML_KEM =
                EnumSet.of(KeyAlgorithm.ML_KEM_512, KeyAlgorithm.ML_KEM_768, KeyAlgorithm.ML_KEM_1024);
        private static final Set<KeyAlgorithm> BRAINPOOL =
                EnumSet.of(KeyAlgorithm.BRAINPOOLP256R1, KeyAlgorithm.BRAINPOOLP384R1, KeyAlgorithm.BRAINPOOLP512R1);
        private static final Set<EncryptionLine> CHOICE_OF_NSS = Set.of(
                EncryptionLine.AES128_CBC,
                EncryptionLine.RSA3072,
                EncryptionLine.RSA4096,
                EncryptionLine.P256_AES128,
                EncryptionLine.P384_CBC,
                EncryptionLine.P521_CBC,
                EncryptionLine.SEVERAL_READ_BY_RSA,
                EncryptionLine.SEVERAL_READ_BY_P256);
    }
}
