package org.postseal.certstore.database;

/**
 * A private key as it is stored: closed.
 *
 * @param format version of the wrapping
 * @param master names the master key that it was wrapped by
 * @param wrapped ciphertext with its tag
 */
public record WrappedKey(PublicKeyId id, int format, byte[] master, byte[] nonce, byte[] wrapped) {}
