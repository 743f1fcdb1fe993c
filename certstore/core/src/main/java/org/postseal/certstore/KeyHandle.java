package org.postseal.certstore;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;

/**
 * The use of one private key, never the key: what an HSM or a key agent could offer as well. Thread-safe.
 */
public interface KeyHandle {
    /** The end-entity certificate of the key. */
    MailCertificate certificate();

    /** The intermediate certificates up to the trust anchor, without it; empty when unknown. */
    List<MailCertificate> chain();

    /** True when the key cannot leave the token it is in (AllowSMIMESoftCerts, OWAOnlyUseSmartCard). */
    boolean isHardware();

    /** The schemes this key can sign with. */
    Set<SignatureScheme> schemes();

    /**
     * Signs a whole input (Ed25519 and ML-DSA sign no digest), for CMS the DER of the signed attributes.
     *
     * @throws SignatureException when the key cannot: scheme not in {@link #schemes()}, token gone
     */
    byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException;

    /**
     * Recovers a content key, <em>always</em>: where the padding, the length or the unwrap is wrong it returns a random key of the demanded length on
     * the same code path (implicit rejection, RFC 3218 §2.3.2), so that no caller can become an oracle. What was wrong shows only as content that does
     * not decrypt.
     *
     * @throws StoreUnavailableException when the key is away, a token taken out, whatever {@code wrapped} is; the caller defers
     */
    byte[] recoverContentKey(WrappedContentKey wrapped);
}
