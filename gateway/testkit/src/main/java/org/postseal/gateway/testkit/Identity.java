package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/**
 * A mail user with a key: files that every peer can take in. The common name and the name in PKCS#12 are the address.
 *
 * @param address in the certificate
 * @param certificate PEM
 * @param key PKCS#8 PEM without a password
 * @param pkcs12 with the whole path, under {@link #PASSWORD}
 */
public record Identity(String address, Path certificate, Path key, Path pkcs12) {
    /** Of the PKCS #12. */
    public static final String PASSWORD = "secret";

    /** SHA-1 of the certificate in upper-case hexadecimal digits, as gpgsm names certificates. */
    public String fingerprint() {
        return fingerprint(certificate);
    }

    public static String fingerprint(Path certificate) {
        try (var in = Files.newInputStream(certificate)) {
            byte[] der = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getEncoded();
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
