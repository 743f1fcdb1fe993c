package org.postseal.certstore;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;

/** Uses one private key without revealing it, as an HSM or a key agent could also do. Thread-safe. */
public interface KeyHandle {
    /** Returns the end-entity certificate of the key. */
    MailCertificate certificate();

    /**
     * Returns the intermediate certificates up to the trust anchor, without the anchor. The list is empty if they are
     * unknown.
     */
    List<MailCertificate> chain();

    /** Returns true if the key cannot leave the token it is on (AllowSMIMESoftCerts, OWAOnlyUseSmartCard). */
    boolean isHardware();

    /** Returns the schemes that this key can sign with. */
    Set<SignatureScheme> schemes();

    /**
     * Signs a whole input, since Ed25519 and ML-DSA do not sign a digest. In CMS the input is the DER of the signed
     * attributes.
     *
     * @throws SignatureException if the key cannot sign: the scheme is not in {@link #schemes()}, or the token is gone
     */
    byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException;

    /**
     * Recovers a content key, <em>always</em>. If the padding, the length or the unwrapping is wrong, it returns a
     * random key of the demanded length on the same code path (implicit rejection, RFC 3218 §2.3.2), so that no caller
     * can become an oracle. The fault shows only as content that does not decrypt.
     *
     * @throws StoreUnavailableException if the key is away, for example because the token was taken out, whatever
     *     {@code wrapped} is; the caller defers the mail
     */
    byte[] recoverContentKey(WrappedContentKey wrapped);
}
