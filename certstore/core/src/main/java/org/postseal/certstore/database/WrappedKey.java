package org.postseal.certstore.database;

/**
 * A private key as it is stored, encrypted under a master key.
 *
 * @param format the version of the wrapping
 * @param master the name of the master key that wrapped it
 * @param wrapped the ciphertext with its tag
 */
public record WrappedKey(PublicKeyId id, int format, byte[] master, byte[] nonce, byte[] wrapped) {}
