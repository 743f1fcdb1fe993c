package org.postseal.gateway.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PemFile;

/**
 * Holds keys and certificates that are the same in each run, so that an input that was found yesterday still reaches
 * what it reached. OpenSSL made them. They expire in 2036 and are judged as of {@link #NOW}.
 *
 * @param key private
 * @param certificate for it, issued by the root
 */
record Keys(KeyMaterial key, MailCertificate certificate) {
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    static final Keys ROOT = read("root");
    /** Signs; her key is on P-256. */
    static final Keys ALICE = read("alice");
    /** Decrypts; his key is RSA of 2048 bits. */
    static final Keys BOB = read("bob");
    /** Is revoked, wherever somebody who is revoked is needed. */
    static final Keys CAROL = read("carol");

    static final List<Keys> ALL = List.of(ROOT, ALICE, BOB, CAROL);

    KeyHandle handle() {
        return key.handle(certificate, List.of());
    }

    private static Keys read(String name) {
        try (InputStream in = Objects.requireNonNull(Keys.class.getResourceAsStream(name + ".pem"), name)) {
            KeyFile file = PemFile.read(in.readAllBytes());
            return new Keys(file.keys().getFirst(), file.certificates().getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (KeyFileException e) {
            throw new IllegalStateException(e);
        }
    }
}
