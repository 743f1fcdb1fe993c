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

/** Signs checkpoints with Ed25519. The private key is a PEM file (PKCS #8), the public one a second (SubjectPublicKeyInfo). Thread-safe. */
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
     * Reads the key, or makes it with its public half when there is neither: a new key over an old public one would leave nothing to verify the log by. A public half that is missing
     * is written.
     *
     * @throws IOException when it cannot be read or written, or is no such key
     */
    public static CheckpointKey readOrMake(AuditConfig.CheckpointConfig config) throws IOException {
        Path file = config.key();
        Path publicFile = config.publicKey();
        if (Files.notExists(file) && Files.notExists(publicFile)) {
            make(file, publicFile);
        }
        try {
            PrivateKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(pem(file, "PRIVATE KEY")));
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

    /** Reads a public key. */
    static PublicKey readPublic(Path file) throws IOException {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(pem(file, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no Ed25519 public key: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of it, in hexadecimal. */
    static String id(PublicKey key) {
        return Digest.SHA_256.hex(key.getEncoded());
    }

    /** Public keys by their SHA-256. */
    public static Map<String, PublicKey> readPublic(List<Path> files) throws IOException {
        Map<String, PublicKey> keys = new HashMap<>();
        for (Path file : files) {
            PublicKey key = readPublic(file);
            keys.put(id(key), key);
        }
        return keys;
    }

    /** Its own SHA-256. */
    public String id() {
        return id;
    }

    /** The public half. */
    public PublicKey shown() {
        return shown;
    }

    public byte[] sign(byte[] statement) {
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(key);
            signer.update(statement);
            return signer.sign();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Whether that key made the signature over the statement. */
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

    /** Java tells the public half of no private key that is read; but its generator takes its secret, of which both are made (RFC 8032 §5.1.5), from the random numbers it is given. */
    private static PublicKey publicHalf(Path file, PrivateKey key) throws IOException, GeneralSecurityException {
        if (!(key instanceof EdECPrivateKey edwards)) {
            throw new IOException(file + " is no Ed25519 key");
        }
        byte[] secret = edwards.getBytes().orElseThrow(() -> new IOException(file + " has no key"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new Repeated(secret));
        return generator.generateKeyPair().getPublic();
    }

    /** What is drawn is always the same. */
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
        // first the half that harms nobody, so that a private key that is there has its public one beside it
        write(publicFile, "rw-r--r--", pem("PUBLIC KEY", pair.getPublic()));
        write(file, "rw-------", pem("PRIVATE KEY", pair.getPrivate()));
    }

    /** Whole and on disk, or not at all. */
    private static void write(Path file, String permissions, String text) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(permissions);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(mode));
        // the umask may have taken rights of others to the public half
        UnfinishedFile.mode(unfinished, mode);
        UnfinishedFile.fill(unfinished, List.of(text.getBytes(US_ASCII)));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        UnfinishedFile.forceDirectory(file);
    }

    /** As a file holds it. */
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
