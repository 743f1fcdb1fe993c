package org.postseal.certstore.database;

import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;

/**
 * Names a public key, and with it the private one, by the SHA-256 of the key's octets. Its algorithm is left out, since
 * its parameters may be NULL in one place and absent in another.
 *
 * @param hex 64 lower-case hex digits
 */
public record PublicKeyId(String hex) {
    public PublicKeyId {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not the SHA-256 of a public key");
        }
    }

    public static PublicKeyId of(SubjectPublicKeyInfo key) {
        return new PublicKeyId(Digest.SHA_256.hex(key.getPublicKeyData().getOctets()));
    }

    public static PublicKeyId of(MailCertificate certificate) {
        return of(certificate.holder().getSubjectPublicKeyInfo());
    }

    public byte[] octets() {
        return Octets.ofHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
}
