package org.postseal.policy.protection;

import java.util.Set;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/**
 * What the owner of a certificate reads, as far as anybody knows.
 *
 * @param source whose word it is
 * @param ciphers those of ours that are named; empty where the source is {@code UNKNOWN}, as are the transports
 */
public record Capabilities(Source source, Set<Cipher> ciphers, Set<RsaKeyTransport> keyTransports) {
    /** Nobody said anything: the policy says what is taken to be read. */
    public static final Capabilities UNKNOWN = new Capabilities(Source.UNKNOWN, Set.of(), Set.of());

    public Capabilities {
        ciphers = Set.copyOf(ciphers);
        keyTransports = Set.copyOf(keyTransports);
    }

    /** Where it is known from. */
    public enum Source {
        /** SMIMECapabilities under a signature that was verified (RFC 8551 §2.7.1). */
        VERIFIED_MAIL,
        /** The extension of the certificate (RFC 4262), or what a directory has beside it. */
        CERTIFICATE,
        /** Nowhere. */
        UNKNOWN
    }
}
