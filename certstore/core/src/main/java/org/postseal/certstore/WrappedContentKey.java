package org.postseal.certstore;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * A content-encryption key as one RecipientInfo carries it (RFC 5652 §6.2), for {@link KeyHandle#recoverContentKey}.
 */
public sealed interface WrappedContentKey {
    /** Returns the key length that the content-encryption algorithm demands, in octets. */
    int contentKeyLength();

    /**
     * A KeyTransRecipientInfo: RSA v1.5 or OAEP.
     *
     * @param algorithm keyEncryptionAlgorithm with its parameters
     * @param encryptedKey the wrapped key as carried in the message
     */
    record KeyTransport(AlgorithmIdentifier algorithm, byte[] encryptedKey, int contentKeyLength)
            implements WrappedContentKey {}

    /**
     * A KeyAgreeRecipientInfo: ephemeral-static ECDH, X25519 or X448 (RFC 5753, RFC 8418).
     *
     * @param algorithm keyEncryptionAlgorithm; its parameter is the key-wrap algorithm
     * @param originator the sender's ephemeral public key; absent algorithm parameters are filled in from our own key
     * @param userKeyingMaterial ukm, or null
     * @param encryptedKey the wrapped key of our RecipientEncryptedKey
     */
    record KeyAgreement(
            AlgorithmIdentifier algorithm,
            SubjectPublicKeyInfo originator,
            byte @Nullable [] userKeyingMaterial,
            byte[] encryptedKey,
            int contentKeyLength)
            implements WrappedContentKey {}

    /**
     * A KEMRecipientInfo (RFC 9629 §3): ML-KEM (RFC 9936) or RSA-KEM (RFC 9690).
     *
     * @param kem the algorithm with its parameters
     * @param ciphertext kemct, the encapsulated secret
     * @param kdf the function that derives the wrapping key from the secret
     * @param wrappingKeyLength kekLength in octets
     * @param userKeyingMaterial ukm, or null
     * @param wrap the key-wrap algorithm with its parameters
     * @param encryptedKey the wrapped content key
     */
    record Encapsulation(
            AlgorithmIdentifier kem,
            byte[] ciphertext,
            AlgorithmIdentifier kdf,
            int wrappingKeyLength,
            byte @Nullable [] userKeyingMaterial,
            AlgorithmIdentifier wrap,
            byte[] encryptedKey,
            int contentKeyLength)
            implements WrappedContentKey {}
}
