package org.postseal.certstore.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;

/** Reads the key of a root or intermediate from a file under a passphrase. */
final class LockedKey {
    private LockedKey() {}

    static KeyMaterial open(Path file, char[] passphrase, MailCertificate certificate) throws CaException {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
            byte[] locked = PemText.find(text, LABEL)
                    .orElseThrow(() -> new IllegalArgumentException("no key under a passphrase in it"));
            KeyMaterial key = PrivateKeyFile.read(LABEL, locked, passphrase);
            if (!key.matches(certificate)) {
                throw new CaException(Kind.DAMAGED, file + " is not the key of " + certificate.subject());
            }
            return key;
        } catch (KeyFileException e) {
            throw new CaException(Kind.PASSPHRASE, file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CaException(Kind.INPUT_OUTPUT, file + " is missing", e);
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new CaException(Kind.DAMAGED, file + " is damaged", e);
        }
    }

    private static final String LABEL = "ENCRYPTED PRIVATE KEY";
}
