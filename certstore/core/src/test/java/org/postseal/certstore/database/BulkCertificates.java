package org.postseal.certstore.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Locale;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/**
 * Makes any number of certificates at the cost of one. They differ in address, serial number, key and key identifier.
 * Their sizes are right, and their signatures are wrong.
 */
public final class BulkCertificates {
    private final byte[] template;
    private final int serial;
    private final int modulus;
    private final int keyIdentifier;

    /** Makes the template, an RSA certificate. */
    public BulkCertificates() {
        MailCertificate certificate = Samples.AUTHORITY
                .issue(address(0), KeyAlgorithm.RSA2048, Profile.DUAL, Samples.START, Samples.END)
                .certificate();
        template = CertificateRows.der(certificate);
        serial = position(certificate.serialNumber().toByteArray()) + 8;
        keyIdentifier =
                position(certificate.subjectKeyIdentifier().orElseThrow().octets());
        modulus = position(certificate
                        .holder()
                        .getSubjectPublicKeyInfo()
                        .getPublicKeyData()
                        .getOctets())
                + 100;
    }

    public static MailAddress address(int number) {
        return MailAddress.of(name(number) + "@bulk.example");
    }

    public MailCertificate certificate(int number) {
        byte[] der = template.clone();
        byte[] zero = name(0).getBytes(US_ASCII);
        byte[] name = name(number).getBytes(US_ASCII);
        for (int i = 0; i + zero.length <= der.length; i++) {
            if (Arrays.equals(der, i, i + zero.length, zero, 0, zero.length)) {
                System.arraycopy(name, 0, der, i, name.length);
            }
        }
        // The values are spread like real ones and do not follow the order of the numbers.
        byte[] digest = Digest.SHA_256.of(name);
        for (int place : new int[] {serial, modulus, keyIdentifier}) {
            System.arraycopy(digest, 0, der, place, 7);
        }
        try {
            return MailCertificate.of(der);
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private int position(byte[] part) {
        for (int i = 0; i + part.length <= template.length; i++) {
            if (Arrays.equals(template, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new IllegalStateException("not in the template");
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "user%08d", number);
    }
}
