package org.postseal.policy.protection;

/** What the gateway does to the content of one recipient's copy on its way out. */
public sealed interface Protection {
    /** Nothing is added, and the sender added nothing: the copy leaves readable. */
    record Clear() implements Protection {}

    /** The sender's own S/MIME protection meets the policy; the copy leaves byte for byte. */
    record Kept() implements Protection {}

    /** The gateway signs the copy, with the sender's key or that of the sender's domain. */
    record Signed(SigningSettings signing) implements Protection {}

    /** The gateway encrypts the copy. */
    record Encrypted(EncryptionSettings encryption) implements Protection {}

    /** The gateway signs the copy, then encrypts it (RFC 8551 §3.7). */
    record SignedAndEncrypted(SigningSettings signing, EncryptionSettings encryption) implements Protection {}

    /**
     * The gateway signs the copy, encrypts it, and signs it again outside (RFC 2634 §1.1;
     * OWATripleWrapSignedEncryptedMail).
     */
    record TripleWrapped(SigningSettings signing, EncryptionSettings encryption) implements Protection {}
}
