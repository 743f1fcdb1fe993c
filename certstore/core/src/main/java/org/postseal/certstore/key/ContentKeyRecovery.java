package org.postseal.certstore.key;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;

/**
 * Recovers content keys with implicit rejection (RFC 3218 §2.3.2).
 *
 * <p>Design. The substitute key is computed first, for good and bad input alike: an HMAC over the wrapped key under a secret derived from the private
 * key, so that the same ciphertext always yields the same answer, as a right one would. Then the private-key operation runs, whatever is already known
 * to be wrong, and at the end one of the two keys is taken by a mask. What may branch is what the sender knows anyway: lengths, algorithm names,
 * whether a ciphertext is a number below the modulus. What must not is what the private key found: padding, label, separator.
 *
 * <p>For RSA the operation is the bare one and the padding is read here, because every {@code Cipher} of the JCA tells bad padding from good by an
 * exception. The length of the content key is known, so the separator has one right place and nothing has to be searched for: no loop depends on the
 * plaintext (Bleichenbacher, Manger, Marvin).
 */
final class ContentKeyRecovery {
    private final ImplicitRejection rejection;
    private final RsaKeyTransport transport;
    private final EphemeralStaticAgreement agreement;
    private final KeyDecapsulation decapsulation;

    ContentKeyRecovery(KeyAccess key, ImplicitRejection rejection, MailCertificate certificate) {
        this.rejection = rejection;
        this.transport = new RsaKeyTransport(key, certificate);
        this.agreement = new EphemeralStaticAgreement(key, certificate);
        this.decapsulation = new KeyDecapsulation(key, certificate);
    }

    byte[] recover(WrappedContentKey wrapped) {
        int length = wrapped.contentKeyLength();
        if (length < 1 || length > 64) {
            throw new IllegalArgumentException("no content key has " + length + " octets");
        }
        return switch (wrapped) {
            case WrappedContentKey.KeyTransport its -> {
                byte[] substitute = rejection.substitute(its.encryptedKey(), length);
                yield transport.recover(its, substitute);
            }
            case WrappedContentKey.KeyAgreement its -> {
                byte[] substitute = rejection.substitute(its.encryptedKey(), length);
                yield agreement.recover(its, substitute);
            }
            case WrappedContentKey.Encapsulation its -> {
                byte[] substitute = rejection.substitute(its.encryptedKey(), length);
                yield decapsulation.recover(its, substitute);
            }
        };
    }

    static boolean isPkcs1(ASN1ObjectIdentifier algorithm) {
        return algorithm.equals(PKCSObjectIdentifiers.rsaEncryption);
    }
}
