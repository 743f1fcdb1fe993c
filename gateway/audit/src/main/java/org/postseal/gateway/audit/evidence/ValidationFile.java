package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.PathEvidence;
import org.postseal.gateway.audit.AuditConfig;

/**
 * What a validation relied on, as it is kept: a file in the folder {@code audit-evidence} beside the log, named {@code SHA-256.crl}, {@code .ocsp} or {@code .cer} and holding the DER of that SHA-256. Of the
 * log of another name, in a folder of that name.
 */
public final class ValidationFile {
    private ValidationFile() {}

    /** The name of an answer's file. */
    static String name(PathEvidence.Kind kind, String sha256) {
        return sha256 + "." + kind.name().toLowerCase(Locale.ROOT);
    }

    /** The name of a certificate's file. */
    static String certificate(String sha256) {
        return sha256 + ".cer";
    }

    /**
     * The list or response with this SHA-256.
     *
     * @throws UnreadableException when it is there and cannot be read
     * @throws IOException when the folder cannot be looked into
     */
    public static Optional<byte[]> answer(AuditConfig config, PathEvidence.Kind kind, String sha256)
            throws IOException {
        return read(config, name(kind, sha256), sha256);
    }

    /**
     * The certificate with this SHA-256.
     *
     * @throws UnreadableException when it is there and cannot be read
     * @throws IOException when the folder cannot be looked into
     */
    public static Optional<byte[]> certificate(AuditConfig config, String sha256) throws IOException {
        return read(config, certificate(sha256), sha256);
    }

    /** Empty when it is not there, or holds something else. */
    private static Optional<byte[]> read(AuditConfig config, String name, String sha256) throws IOException {
        Path file = config.evidence().resolve(name);
        try {
            byte[] octets = Files.readAllBytes(file);
            return Optional.of(octets)
                    .filter(each -> CertificateId.of(each).hex().equals(sha256));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFault.isOfFile(file) ? new UnreadableException(file, e) : e;
        }
    }
}
