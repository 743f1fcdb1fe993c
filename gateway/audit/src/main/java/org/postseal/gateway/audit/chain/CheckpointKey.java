package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.AuditConfig;

/**
 * Signs checkpoints with Ed25519. The private key is in one PEM file (PKCS #8), the public key in another
 * (SubjectPublicKeyInfo). Thread-safe.
 */
public final class CheckpointKey {
    private final PrivateKey key;
    private final PublicKey shown;
    private final String id;

    private CheckpointKey(PrivateKey key, PublicKey shown) {
        this.key = key;
        this.shown = shown;
        this.id = id(shown);
    }

    /**
     * Reads the key pair, or makes it if both files are missing. It does not make a new private key beside an old
     * public key: then nobody could verify the log. A public key that is missing is written again.
     *
     * @throws IOException if a file cannot be read or written, or holds no such key
     */
    public static CheckpointKey readOrMake(AuditConfig.CheckpointConfig config) throws IOException {
        Path file = config.key();
        Path publicFile = config.publicKey();
        if (Files.notExists(file) && Files.notExists(publicFile)) {
            make(file, publicFile);
        }
        try {
            PrivateKey key = readPrivate(file);
            if (Files.notExists(publicFile)) {
                write(publicFile, "rw-r--r--", pem("PUBLIC KEY", publicHalf(file, key)));
            }
            PublicKey shown = readPublic(publicFile);
            CheckpointKey read = new CheckpointKey(key, shown);
            byte[] anything = {};
            if (!hasSigned(shown, anything, read.sign(anything))) {
                throw new IOException(publicFile + " is not the public key of " + file);
            }
            return read;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no Ed25519 key: " + e.getMessage(), e);
        }
    }

    private static PrivateKey readPrivate(Path file) throws IOException {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(pem(file, "PRIVATE KEY")));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no Ed25519 key: " + e.getMessage(), e);
        }
    }

    static PublicKey readPublic(Path file) throws IOException {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(pem(file, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no Ed25519 public key: " + e.getMessage(), e);
        }
    }

    /** Returns the SHA-256 of a public key, in hexadecimal. */
    static String id(PublicKey key) {
        return Digest.SHA_256.hex(key.getEncoded());
    }

    /** Reads public keys; the result has them by their SHA-256. */
    public static Map<String, PublicKey> readPublic(List<Path> files) throws IOException {
        Map<String, PublicKey> keys = new HashMap<>();
        for (Path file : files) {
            PublicKey key = readPublic(file);
            keys.put(id(key), key);
        }
        return keys;
    }

    /** Returns the SHA-256 of the public key. */
    public String id() {
        return id;
    }

    public PublicKey shown() {
        return shown;
    }

    public byte[] sign(byte[] statement) {
        return sign(key, statement);
    }

    /**
     * Signs something else than a checkpoint with the private key in a file.
     *
     * @param statement begins with words that no checkpoint begins with
     * @throws IOException if the file cannot be read, or holds no such key
     */
    public static byte[] sign(Path file, byte[] statement) throws IOException {
        return sign(readPrivate(file), statement);
    }

    private static byte[] sign(PrivateKey key, byte[] statement) {
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(key);
            signer.update(statement);
            return signer.sign();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Returns true if that key made the signature over the statement. */
    public static boolean hasSigned(PublicKey key, byte[] statement, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(statement);
            return verifier.verify(signature);
        } catch (GeneralSecurityException notOfThisForm) {
            return false;
        }
    }

    /**
     * Computes the public key. Java has no method for that. But its generator takes the secret, from which both keys
     * are made (RFC 8032 §5.1.5), from the random numbers that it is given.
     */
    private static PublicKey publicHalf(Path file, PrivateKey key) throws IOException, GeneralSecurityException {
        if (!(key instanceof EdECPrivateKey edwards)) {
            throw new IOException(file + " is no Ed25519 key");
        }
        byte[] secret = edwards.getBytes().orElseThrow(() -> new IOException(file + " has no key"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new Repeated(secret));
        return generator.generateKeyPair().getPublic();
    }

    /** Returns the same "random" octets each time. */
    private static final class Repeated extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] drawn;

        Repeated(byte[] drawn) {
            this.drawn = drawn;
        }

        @Override
        public void nextBytes(byte[] octets) {
            if (octets.length != drawn.length) {
                throw new IllegalStateException(octets.length + " octets asked for");
            }
            System.arraycopy(drawn, 0, octets, 0, octets.length);
        }
    }

    private static void make(Path file, Path publicFile) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
        // The public key is written first, so that a private key always has its public key beside it.
        write(publicFile, "rw-r--r--", pem("PUBLIC KEY", pair.getPublic()));
        write(file, "rw-------", pem("PRIVATE KEY", pair.getPrivate()));
    }

    /** Writes a file. It is whole and on disk afterwards, or not there. */
    private static void write(Path file, String permissions, String text) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permissions);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(mode));
        // The umask may have removed the right of others to read the public key.
        UnfinishedFile.mode(unfinished, mode);
        UnfinishedFile.fill(unfinished, List.of(text.getBytes(US_ASCII)));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        UnfinishedFile.forceDirectory(file);
    }

    static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key);
    }

    private static String pem(String label, Key key) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n-----END " + label
                + "-----\n";
    }

    private static byte[] pem(Path file, String label) throws IOException {
        try {
            RegularFile.require(file);
            Matcher matcher = PEM.matcher(Files.readString(file, US_ASCII));
            if (matcher.find() && matcher.group(1).equals(label)) {
                return Base64.getMimeDecoder().decode(matcher.group(2));
            }
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
        throw new IOException(file + " has no PEM block " + label);
    }

    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");
}
