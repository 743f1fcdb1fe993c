package org.postseal.gateway.road.pipeline;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.smime.ReadableAlgorithms;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;

/** Tells the policy about a certificate: what key it has, and what its owner can read. */
final class Recipients {
    private Recipients() {}

    static KeyFacts key(MailCertificate certificate) {
        return switch (certificate.keyKind()) {
            case PublicKeyKind.Rsa(int bits, boolean _) -> new KeyFacts(KeyKind.RSA, bits);
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                new KeyFacts(curve.isBrainpool() ? KeyKind.BRAINPOOL : KeyKind.EC, curve.bits());
            case PublicKeyKind.Ed25519 _ -> new KeyFacts(KeyKind.ED25519, 256);
            case PublicKeyKind.Ed448 _ -> new KeyFacts(KeyKind.ED448, 448);
            case PublicKeyKind.MlDsa(var set) -> new KeyFacts(KeyKind.ML_DSA, set.size());
            // The gateway has no key that signs by these, and encrypts nothing to them.
            case PublicKeyKind.SlhDsa _, PublicKeyKind.CompositeSignature _, PublicKeyKind.CompositeKem _ ->
                throw new IllegalArgumentException(certificate.keyKind().text() + " is only read");
            case PublicKeyKind.X25519 _ -> new KeyFacts(KeyKind.X25519, 256);
            case PublicKeyKind.X448 _ -> new KeyFacts(KeyKind.X448, 448);
            case PublicKeyKind.MlKem(PublicKeyKind.MlKemParameters parameters) ->
                new KeyFacts(KeyKind.ML_KEM, parameters.size());
        };
    }

    /**
     * The algorithms that the owner can read, from the newest verified mail of theirs, else from the certificate (RFC
     * 8551 §2.7.1).
     */
    static Capabilities reads(CertificateStore store, MailCertificate certificate) {
        Optional<SmimeCapabilities> said = store.capabilities(certificate);
        return said.map(list -> of(Capabilities.Source.VERIFIED_MAIL, list))
                .or(() -> certificate.capabilities().map(list -> of(Capabilities.Source.CERTIFICATE, list)))
                .orElse(Capabilities.UNKNOWN);
    }

    private static Capabilities of(Capabilities.Source source, SmimeCapabilities list) {
        // Every agent reads PKCS #1 v1.5 (RFC 8551 §2.3), and few say so.
        Set<RsaKeyTransport> transports = EnumSet.of(RsaKeyTransport.PKCS1);
        transports.addAll(ReadableAlgorithms.keyTransports(list));
        return new Capabilities(source, ReadableAlgorithms.ciphers(list), transports);
    }
}
