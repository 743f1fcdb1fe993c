package org.postseal.policy.protection;

import org.postseal.certstore.KeyPlace;

/**
 * How to sign.
 *
 * @param digest the digest; below SHA-256 only where {@code allowLegacyAlgorithms} names it
 * @param padding for RSA keys
 * @param clear true: {@code multipart/signed}; false: opaque {@code signed-data} (Exchange's OWAClearSign)
 * @param keyPlace where the key may be (AllowSMIMESoftCerts)
 * @param certificates which ones go along
 * @param capabilities whether it is said what the sender reads (OWAIncludeSMIMECapabilitiesInMessage)
 * @param signer whose key signs
 */
public record SigningSettings(
        Digest digest,
        RsaPadding padding,
        boolean clear,
        KeyPlace keyPlace,
        Certificates certificates,
        boolean capabilities,
        Signer signer) {
    /** With the author's own key. */
    public SigningSettings(
            Digest digest,
            RsaPadding padding,
            boolean clear,
            KeyPlace keyPlace,
            Certificates certificates,
            boolean capabilities) {
        this(digest, padding, clear, keyPlace, certificates, capabilities, Signer.OWN);
    }

    /** With a key from anywhere, and what goes along unless {@code smime} says otherwise. */
    public SigningSettings(Digest digest, RsaPadding padding, boolean clear) {
        this(digest, padding, clear, KeyPlace.ANYWHERE);
    }

    /** With what goes along unless {@code smime} says otherwise. */
    public SigningSettings(Digest digest, RsaPadding padding, boolean clear, KeyPlace keyPlace) {
        this(digest, padding, clear, keyPlace, Certificates.CHAIN, true);
    }

    /** The same as {@code multipart/signed}. */
    public SigningSettings inClear() {
        return new SigningSettings(digest, padding, true, keyPlace, certificates, capabilities, signer);
    }

    /** The same with this one's key. */
    public SigningSettings by(Signer other) {
        return new SigningSettings(digest, padding, clear, keyPlace, certificates, capabilities, other);
    }

    /** Whose signature it is. */
    public enum Signer {
        /** The author's. */
        OWN,
        /** That of the author's domain (RFC 3183 §3). */
        DOMAIN
    }

    /** Digests by RFC 8551 §2.1, and two for old receivers. */
    public enum Digest {
        MD5,
        SHA1,
        SHA256,
        SHA384,
        SHA512
    }

    /** RSA signature padding (RFC 8017 §8). */
    public enum RsaPadding {
        PKCS1,
        PSS
    }

    /** The certificates in a signed-data (RFC 8550 §2.3), by three parameters of Set-SmimeConfig. */
    public enum Certificates {
        /** None: the recipient finds them in a directory. */
        NONE,
        /** That of the key, and the one that answers shall be encrypted to. */
        OWN,
        /** And their issuers without the root. */
        CHAIN,
        /** And the root. */
        CHAIN_AND_ROOT
    }
}
