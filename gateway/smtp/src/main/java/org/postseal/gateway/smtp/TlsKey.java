package org.postseal.gateway.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.PemFile;

/** Checks the files of a certificate and its key, for either end of TLS. */
public final class TlsKey {
    private TlsKey() {}

    /**
     * Requires that the key belongs to the certificate. Without this check, nobody would notice before the first
     * handshake fails.
     *
     * @throws IOException if the files cannot be read, or the key belongs to another certificate
     */
    public static void requirePair(Path chain, Path key) throws IOException {
        KeyFile certificates;
        KeyFile keys;
        try {
            certificates = PemFile.read(Files.readAllBytes(chain));
            keys = PemFile.read(Files.readAllBytes(key));
        } catch (KeyFileException beyondUs) {
            // The certificate store's reader is stricter than TLS is. What it cannot read is not compared.
            return;
        }
        if (!certificates.certificates().isEmpty()
                && !keys.keys().isEmpty()
                && !keys.keys().getFirst().matches(certificates.certificates().getFirst())) {
            throw new IOException("cannot use " + chain + " with " + key + ": the key is that of another certificate");
        }
    }
}
