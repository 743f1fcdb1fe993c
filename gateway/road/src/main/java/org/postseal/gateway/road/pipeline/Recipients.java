package org.postseal.gateway.road.pipeline;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.smime.MailProgram;
import org.postseal.gateway.smime.ReadableAlgorithms;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;

/** Tells the policy about a certificate: what key it has, and what its owner can read. */
final class Recipients {
    private Recipients() {}

    static KeyFacts key(MailCertificate certificate) {
        // The gateway signs by no other kinds of key, and encrypts nothing to them.
        return KeyFacts.of(certificate.keyKind())
                .orElseThrow(
                        () -> new IllegalArgumentException(certificate.keyKind().text() + " is only read"));
    }

    /**
     * The algorithms that the owner can read, from the newest verified mail of theirs, else from the certificate (RFC
     * 8551 §2.7.1), else by the mail program that they use.
     */
    static Capabilities reads(CertificateStore store, MailCertificate certificate) {
        Optional<SmimeCapabilities> said = store.capabilities(certificate);
        return said.map(list -> of(Capabilities.Source.VERIFIED_MAIL, list))
                .or(() -> certificate.capabilities().map(list -> of(Capabilities.Source.CERTIFICATE, list)))
                .or(() -> store.program(certificate).flatMap(MailProgram::of).map(MailProgram::reads))
                .orElse(Capabilities.UNKNOWN);
    }

    private static Capabilities of(Capabilities.Source source, SmimeCapabilities list) {
        // Every agent reads PKCS #1 v1.5 (RFC 8551 §2.3), and few say so.
        Set<RsaKeyTransport> transports = EnumSet.of(RsaKeyTransport.PKCS1);
        transports.addAll(ReadableAlgorithms.keyTransports(list));
        return new Capabilities(source, ReadableAlgorithms.ciphers(list), transports);
    }
}
