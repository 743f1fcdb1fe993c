package org.postseal.policy.protection;

import org.postseal.certstore.KeyPlace;

/**
 * The settings for a signature.
 *
 * @param digest below SHA-256 only if {@code allowLegacyAlgorithms} names it
 * @param padding for RSA keys
 * @param clear true for {@code multipart/signed}, false for opaque {@code signed-data} (Exchange's OWAClearSign)
 * @param keyPlace where the key may be (AllowSMIMESoftCerts)
 * @param certificates those that the signature carries
 * @param capabilities whether the signature says which algorithms the sender reads
 *     (OWAIncludeSMIMECapabilitiesInMessage)
 * @param signer the owner of the key that signs
 */
public record SigningSettings(
        Digest digest,
        RsaPadding padding,
        boolean clear,
        KeyPlace keyPlace,
        Certificates certificates,
        boolean capabilities,
        Signer signer) {
    /** Makes settings that sign with the author's own key. */
    public SigningSettings(
            Digest digest,
            RsaPadding padding,
            boolean clear,
            KeyPlace keyPlace,
            Certificates certificates,
            boolean capabilities) {
        this(digest, padding, clear, keyPlace, certificates, capabilities, Signer.OWN);
    }

    /**
     * Makes settings for a key from anywhere, with the certificates and capabilities that hold unless {@code smime}
     * says otherwise.
     */
    public SigningSettings(Digest digest, RsaPadding padding, boolean clear) {
        this(digest, padding, clear, KeyPlace.ANYWHERE);
    }

    /** Makes settings with the certificates and capabilities that hold unless {@code smime} says otherwise. */
    public SigningSettings(Digest digest, RsaPadding padding, boolean clear, KeyPlace keyPlace) {
        this(digest, padding, clear, keyPlace, Certificates.CHAIN, true);
    }

    /** Returns the same settings for {@code multipart/signed}. */
    public SigningSettings inClear() {
        return new SigningSettings(digest, padding, true, keyPlace, certificates, capabilities, signer);
    }

    /** Returns the same settings with this signer's key. */
    public SigningSettings by(Signer other) {
        return new SigningSettings(digest, padding, clear, keyPlace, certificates, capabilities, other);
    }

    /** The owner of the key that signs. */
    public enum Signer {
        /** The author of the message. */
        OWN,
        /** The author's domain (RFC 3183 §3). */
        DOMAIN
    }

    /** Digests of RFC 8551 §2.1, and two for old receivers. */
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
        /** The signature carries no certificate: the recipient finds them on a directory server. */
        NONE,
        /** It carries the certificate of the key, and the one that answers shall be encrypted to. */
        OWN,
        /** It also carries their issuers, without the root. */
        CHAIN,
        /** It also carries the root. */
        CHAIN_AND_ROOT
    }
}
