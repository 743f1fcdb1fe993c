package org.postseal.certstore.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that wraps the private keys of the database; it lives in a file apart (systemd's {@code LoadCredential=}), so that neither the database nor its backup
 * opens anything. The wrapping key and a public name of the master key are derived from the file's octets by HKDF-SHA-256 (RFC 5869).
 */
public final class MasterKey {
    private final SecretKey wrappingKey;
    private final byte[] name;

    private MasterKey(byte[] secret) {
        try {
            this.wrappingKey = new SecretKeySpec(derived(secret, "postseal key wrapping", 32), "AES");
            this.name = derived(secret, "postseal master key name", 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK derives keys by HKDF", e);
        }
    }

    /**
     * Reads a file of 32 octets or more, all of which count.
     *
     * @throws KeyFileException when it is missing, too short, too long, or open to everybody
     */
    public static MasterKey read(Path file) throws KeyFileException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(FOR_EVERYBODY::contains)) {
                throw new KeyFileException("master key " + file + " is open to everybody ("
                        + PosixFilePermissions.toString(permissions) + "): chmod 600");
            }
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_OCTETS) {
                throw new KeyFileException(
                        "master key " + file + " is no file of " + MIN_OCTETS + " to " + MAX_OCTETS + " octets");
            }
            return of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new KeyFileException("master key " + file + " is missing", e);
        } catch (IOException e) {
            throw new KeyFileException("master key " + file + " cannot be read", e);
        }
    }

    /** As {@link #read}, of octets at hand, which are wiped. */
    public static MasterKey of(byte[] secret) throws KeyFileException {
        try {
            if (secret.length < MIN_OCTETS) {
                throw new KeyFileException(
                        "master key has " + secret.length + " octets, " + MIN_OCTETS + " at least are needed");
            }
            return new MasterKey(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Makes a file with a fresh key, readable by its owner alone.
     *
     * @throws KeyFileException when it exists or cannot be written
     */
    public static MasterKey create(Path file) throws KeyFileException {
        byte[] secret = new byte[MIN_OCTETS];
        new SecureRandom().nextBytes(secret);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, secret, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        } catch (IOException e) {
            throw new KeyFileException("master key " + file + " cannot be created: " + e, e);
        }
        return of(secret);
    }

    /** True when both wrap and open the same. */
    public boolean isSame(MasterKey other) {
        return name().equals(other.name());
    }

    /** Names it in public: which master key a row was wrapped by. */
    String name() {
        return HexFormat.of().formatHex(name);
    }

    SecretKey wrappingKey() {
        return wrappingKey;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }

    private static byte[] derived(byte[] secret, String purpose, int octets) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(secret)
                        .thenExpand(purpose.getBytes(java.nio.charset.StandardCharsets.UTF_8), octets));
    }

    private static final int MIN_OCTETS = 32;
    private static final int MAX_OCTETS = 65_536;
    private static final Set<PosixFilePermission> FOR_EVERYBODY = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
}
