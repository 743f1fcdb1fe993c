package org.postseal.policy;

import org.postseal.certstore.KeyPlace;

/**
 * How to sign.
 *
 * @param digest the digest; SHA-256 at least
 * @param padding for RSA keys
 * @param clear true: {@code multipart/signed}; false: opaque {@code signed-data} (Exchange's OWAClearSign)
 * @param keyPlace where the key may be (AllowSMIMESoftCerts)
 */
public record SigningSettings(Digest digest, RsaPadding padding, boolean clear, KeyPlace keyPlace) {
    /** With a key from anywhere. */
    public SigningSettings(Digest digest, RsaPadding padding, boolean clear) {
        this(digest, padding, clear, KeyPlace.ANYWHERE);
    }

    /** The same as {@code multipart/signed}. */
    public SigningSettings inClear() {
        return new SigningSettings(digest, padding, true, keyPlace);
    }

    /** Digests by RFC 8551 §2.1. */
    public enum Digest {
        SHA256,
        SHA384,
        SHA512
    }

    /** RSA signature padding (RFC 8017 §8). */
    public enum RsaPadding {
        PKCS1,
        PSS
    }
}
