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
import org.postseal.certstore.Ownership;

/**
 * The secret that wraps the private keys of the database. It lives in a separate file (systemd's
 * {@code LoadCredential=}), so that nobody can use the keys with the database or its backup alone. HKDF-SHA-256 (RFC
 * 5869) derives the wrapping key and a public name of the master key from the octets of the file.
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
     * Reads a file of 32 to 65536 octets, all of which count.
     *
     * @throws KeyFileException if the file is missing, too short or too long, or if everybody has access to it
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

    /** Makes a master key of octets in memory, all of which count, and wipes them. */
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

    /** Creates a file with a fresh key for the owner of its folder; see {@link #create(Path, Path)}. */
    public static MasterKey create(Path file) throws KeyFileException {
        return create(file, file.resolveSibling(""));
    }

    /**
     * Creates a file with a fresh key that only its owner can read. The file is there whole or not at all.
     *
     * @param like the file or folder whose owner gets the key if root makes it
     * @throws KeyFileException if the file exists or cannot be written
     */
    public static MasterKey create(Path file, Path like) throws KeyFileException {
        byte[] secret = new byte[MIN_OCTETS];
        new SecureRandom().nextBytes(secret);
        Path beside = file.resolveSibling(
                "." + file.getFileName() + ".new-" + ProcessHandle.current().pid());
        try {
            Files.createFile(
                    beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.write(beside, secret, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
                Ownership.giveAsOf(like, beside);
                // Unlike a rename, a link never replaces a key that somebody made meanwhile
                Files.createLink(file, beside);
            } finally {
                Files.delete(beside);
            }
        } catch (IOException e) {
            throw new KeyFileException("master key " + file + " cannot be created: " + e, e);
        }
        return of(secret);
    }

    public boolean isSame(MasterKey other) {
        return name().equals(other.name());
    }

    /** Returns the public name, which rows carry to say which master key wrapped them. */
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
