package org.postseal.policy.protection;

/** What the gateway does to the content of one recipient's copy on its way out. */
public sealed interface Protection {
    /** Nothing is added and the sender added nothing: it leaves readable. */
    record Clear() implements Protection {}

    /** The sender's own S/MIME protection meets the policy; it leaves byte for byte. */
    record Kept() implements Protection {}

    /** Signed by the gateway with the sender's key. */
    record Signed(SigningSettings signing) implements Protection {}

    /** Encrypted by the gateway. */
    record Encrypted(EncryptionSettings encryption) implements Protection {}

    /** Signed, then encrypted (RFC 8551 §3.7). */
    record SignedAndEncrypted(SigningSettings signing, EncryptionSettings encryption) implements Protection {}

    /** Signed, encrypted, and signed again outside (RFC 2634 §1.1; OWATripleWrapSignedEncryptedMail). */
    record TripleWrapped(SigningSettings signing, EncryptionSettings encryption) implements Protection {}
}
