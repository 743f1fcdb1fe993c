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
 * Describes a mail user with a key, as files that every peer can import. The common name and the name in the PKCS#12
 * file are the address.
 *
 * @param address the address in the certificate
 * @param certificate a PEM file
 * @param key a PKCS#8 PEM file without a password
 * @param pkcs12 a file with the whole path, under {@link #PASSWORD}
 */
public record Identity(String address, Path certificate, Path key, Path pkcs12) {
    public static final String PASSWORD = "secret";

    /** Returns the SHA-1 of the certificate in upper-case hexadecimal digits, by which gpgsm names certificates. */
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
