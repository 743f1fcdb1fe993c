package org.postseal.certstore;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** A content-encryption key as one RecipientInfo carries it (RFC 5652 §6.2), for {@link KeyHandle#recoverContentKey}. */
public sealed interface WrappedContentKey {
    /** The length the content-encryption algorithm demands, in octets. */
    int contentKeyLength();

    /**
     * KeyTransRecipientInfo: RSA v1.5 or OAEP.
     *
     * @param algorithm keyEncryptionAlgorithm with its parameters
     * @param encryptedKey as carried
     */
    record KeyTransport(AlgorithmIdentifier algorithm, byte[] encryptedKey, int contentKeyLength)
            implements WrappedContentKey {}

    /**
     * KeyAgreeRecipientInfo: ephemeral-static ECDH, X25519 (RFC 5753, RFC 8418).
     *
     * @param algorithm keyEncryptionAlgorithm; its parameter is the key-wrap algorithm
     * @param originator the sender's ephemeral public key, algorithm parameters filled in from our own key when absent
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
     * KEMRecipientInfo: ML-KEM (RFC 9629 §3, RFC 9936).
     *
     * @param kem with its parameters
     * @param ciphertext kemct, the encapsulated secret
     * @param kdf from the secret to the wrapping key
     * @param wrappingKeyLength kekLength, octets
     * @param userKeyingMaterial ukm, or null
     * @param wrap key wrap with its parameters
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
