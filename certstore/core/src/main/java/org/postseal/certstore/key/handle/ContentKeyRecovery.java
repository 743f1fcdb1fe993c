package org.postseal.certstore.key.handle;

import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;

/**
 * Recovers content keys with implicit rejection (RFC 3218 §2.3.2).
 *
 * <p>Design: the substitute key is computed first, for good and bad input alike. It is an HMAC over the wrapped key
 * under a secret derived from the private key, so the same ciphertext always yields the same answer, as it would with a
 * right one. Then the private-key operation runs, whatever is already known to be wrong, and at the end a mask selects
 * one of the two keys. The code may branch on what the sender knows anyway: lengths, algorithm names, and whether a
 * ciphertext is a number below the modulus. It must not branch on what the private key reveals: padding, label,
 * separator.
 *
 * <p>For RSA only the bare operation is delegated, and the padding is read here, because every {@code Cipher} of the
 * JCA distinguishes bad padding from good by an exception. The length of the content key is known, so the separator has
 * only one right place and nothing is searched for: no loop depends on the plaintext (Bleichenbacher, Manger, Marvin).
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
        this.decapsulation = new KeyDecapsulation(key, rejection, certificate);
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
}
