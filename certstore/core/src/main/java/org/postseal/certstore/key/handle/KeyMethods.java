package org.postseal.certstore.key.handle;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.WrappedContentKey;

/**
 * Says whether we can recover a content key that comes by these algorithms. It looks at nothing but their names, which
 * the sender has written, so the answer tells nothing of a key.
 */
public final class KeyMethods {
    private KeyMethods() {}

    public static boolean areKnown(WrappedContentKey wrapped) {
        return switch (wrapped) {
            case WrappedContentKey.KeyTransport its ->
                its.algorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                        || OaepPadding.of(its.algorithm()) != null;
            case WrappedContentKey.KeyAgreement its ->
                AgreementKdf.of(its.algorithm().getAlgorithm()) != null
                        && wrap(its.algorithm()).flatMap(ContentKeyWrap::of).isPresent();
            case WrappedContentKey.Encapsulation its ->
                KemKdf.of(its.kdf()).isPresent()
                        && ContentKeyWrap.of(its.wrap().getAlgorithm()).isPresent();
        };
    }

    private static Optional<ASN1ObjectIdentifier> wrap(AlgorithmIdentifier agreement) {
        try {
            return Optional.ofNullable(AlgorithmIdentifier.getInstance(agreement.getParameters()))
                    .map(AlgorithmIdentifier::getAlgorithm);
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException malformed) {
            return Optional.empty();
        }
    }
}
