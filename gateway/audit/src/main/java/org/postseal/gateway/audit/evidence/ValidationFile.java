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
import org.postseal.gateway.audit.chain.RegularFile;

/**
 * A file that a validation relied on. It is in the folder {@code audit-evidence} beside the log, or {@code
 * NAME-evidence} for a log of another name. It is called {@code SHA-256.crl}, {@code .ocsp} or {@code .cer} and holds
 * the DER of that SHA-256.
 */
public final class ValidationFile {
    private ValidationFile() {}

    /** Returns the name of the file of a revocation list or OCSP response. */
    static String name(PathEvidence.Kind kind, String sha256) {
        return sha256 + "." + kind.name().toLowerCase(Locale.ROOT);
    }

    static String certificate(String sha256) {
        return sha256 + ".cer";
    }

    /**
     * Reads the revocation list or OCSP response with this SHA-256; empty if it is not there or the file holds
     * something else.
     *
     * @throws UnreadableException if the file is there and cannot be read
     * @throws IOException if the folder cannot be looked into
     */
    public static Optional<byte[]> answer(AuditConfig config, PathEvidence.Kind kind, String sha256)
            throws IOException {
        return read(config, name(kind, sha256), sha256);
    }

    /**
     * Reads the certificate with this SHA-256; empty if it is not there or the file holds something else.
     *
     * @throws UnreadableException if the file is there and cannot be read
     * @throws IOException if the folder cannot be looked into
     */
    public static Optional<byte[]> certificate(AuditConfig config, String sha256) throws IOException {
        return read(config, certificate(sha256), sha256);
    }

    private static Optional<byte[]> read(AuditConfig config, String name, String sha256) throws IOException {
        Path file = config.evidence().resolve(name);
        try {
            RegularFile.require(file);
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
