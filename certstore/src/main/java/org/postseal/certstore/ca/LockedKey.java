package org.postseal.certstore.ca;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CaException.Kind;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;

/** The key of root or intermediate in a file, under a passphrase. */
final class LockedKey {
    private LockedKey() {}

    static KeyMaterial open(Path file, char[] passphrase, MailCertificate certificate) throws CaException {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new CaException(Kind.DAMAGED, file + " is damaged");
            }
            KeyMaterial key = PrivateKeyFile.read(
                    "ENCRYPTED PRIVATE KEY",
                    Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)),
                    passphrase);
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

    private static final String BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static final String END = "-----END ENCRYPTED PRIVATE KEY-----";
}
