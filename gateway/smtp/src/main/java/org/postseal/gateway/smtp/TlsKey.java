package org.postseal.gateway.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.PemFile;

/** A certificate with its key, in files, for either end of TLS. */
public final class TlsKey {
    private TlsKey() {}

    /**
     * Nobody else notices before the first handshake fails.
     *
     * @throws IOException when they cannot be read, or the key is that of another certificate
     */
    public static void requirePair(Path chain, Path key) throws IOException {
        KeyFile certificates;
        KeyFile keys;
        try {
            certificates = PemFile.read(Files.readAllBytes(chain));
            keys = PemFile.read(Files.readAllBytes(key));
        } catch (KeyFileException beyondUs) {
            // the store's reader is stricter than TLS is; what it cannot read it cannot compare
            return;
        }
        if (!certificates.certificates().isEmpty()
                && !keys.keys().isEmpty()
                && !keys.keys().getFirst().matches(certificates.certificates().getFirst())) {
            throw new IOException("cannot use " + chain + " with " + key + ": the key is that of another certificate");
        }
    }
}
