package org.postseal.policy.protection;

import java.util.Set;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/**
 * The algorithms that the owner of a certificate can read, as far as they are known.
 *
 * @param source where they are known from
 * @param ciphers those among them that the gateway has; empty if the source is {@code UNKNOWN}
 * @param keyTransports empty if the source is {@code UNKNOWN}
 */
public record Capabilities(Source source, Set<Cipher> ciphers, Set<RsaKeyTransport> keyTransports) {
    /** Nothing is known. The policy then decides what the owner is taken to read. */
    public static final Capabilities UNKNOWN = new Capabilities(Source.UNKNOWN, Set.of(), Set.of());

    public Capabilities {
        ciphers = Set.copyOf(ciphers);
        keyTransports = Set.copyOf(keyTransports);
    }

    public enum Source {
        /** SMIMECapabilities under a verified signature (RFC 8551 §2.7.1). */
        VERIFIED_MAIL,
        /** The extension of the certificate (RFC 4262), or an attribute beside it on a directory server. */
        CERTIFICATE,
        /** The mail program that their verified mail names, and a table of what such programs read. */
        MAIL_PROGRAM,
        UNKNOWN
    }
}
