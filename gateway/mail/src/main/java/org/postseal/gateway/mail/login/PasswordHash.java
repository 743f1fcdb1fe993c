package org.postseal.gateway.mail.login;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Holds a password as it is kept: PBKDF2 with HMAC-SHA-512 (RFC 8018 §5.2). It is written {@code
 * $pbkdf2-sha512$ITERATIONS$SALT$HASH} as passlib does, in passlib's base64 (a dot for the plus, no padding).
 * Immutable; it prints nothing of the password.
 */
public final class PasswordHash {
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Hashes this password with a salt of its own. */
    public static PasswordHash of(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
    }

    /** Makes a hash that no password matches. Comparing with it takes as much work as with the others. */
    static PasswordHash ofNobody(int iterations) {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        byte[] hash = new byte[HASH_OCTETS];
        random.nextBytes(hash);
        return new PasswordHash(iterations, salt, hash);
    }

    /**
     * Reads what {@link #text} writes; the result is empty for anything else. It is also empty for so few iterations
     * that the password is soon guessed, and for so many that each login would be an attack.
     */
    static Optional<PasswordHash> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(parts.group(1));
        try {
            byte[] salt = Base64.getDecoder().decode(parts.group(2).replace('.', '+'));
            byte[] hash = Base64.getDecoder().decode(parts.group(3).replace('.', '+'));
            return iterations < FEWEST || iterations > MOST || salt.length < 8 || hash.length != HASH_OCTETS
                    ? Optional.empty()
                    : Optional.of(new PasswordHash(iterations, salt, hash));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Returns the notation that the file of users holds. */
    public String text() {
        return "$pbkdf2-sha512$" + iterations + "$" + base64(salt) + "$" + base64(hash);
    }

    /** Tells whether the password is right. It takes the same time for a right and for a wrong one. */
    boolean matches(String password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    int iterations() {
        return iterations;
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        // RFC 8265 §4.2.2 (OpaqueString): blanks of other scripts become spaces, and a letter is the same however it is
        // typed.
        char[] prepared = Normalizer.normalize(password.replaceAll("\\p{Zs}", " "), Normalizer.Form.NFC)
                .toCharArray();
        PBEKeySpec spec = new PBEKeySpec(prepared, salt, iterations, HASH_OCTETS * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            // Every JDK since 8 has this algorithm.
            throw new IllegalStateException(impossible);
        } finally {
            spec.clearPassword();
            Arrays.fill(prepared, ' ');
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().withoutPadding().encodeToString(octets).replace('+', '.');
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash that
                && iterations == that.iterations
                && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }

    private static final Pattern TEXT =
            Pattern.compile("\\$pbkdf2-sha512\\$([1-9][0-9]{0,7})\\$([A-Za-z0-9./]{1,200})\\$([A-Za-z0-9./]{1,200})");
    // This is what OWASP's Password Storage Cheat Sheet says for SHA-512.
    private static final int ITERATIONS = 210_000;
    private static final int FEWEST = 10_000;
    private static final int MOST = 5_000_000;
    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 64;
}
