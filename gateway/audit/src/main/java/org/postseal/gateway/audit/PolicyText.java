package org.postseal.gateway.audit;

import org.postseal.certstore.Digest;

/** The octets of a policy's file as they were read, and their SHA-256, by which records name it. Immutable. */
public final class PolicyText {
    private final byte[] octets;
    private final String sha256;

    private PolicyText(byte[] octets) {
        this.octets = octets;
        this.sha256 = Digest.SHA_256.hex(octets);
    }

    public static PolicyText of(byte[] octets) {
        return new PolicyText(octets.clone());
    }

    /** Returns the SHA-256 as 64 hexadecimal digits in lower case. */
    public String sha256() {
        return sha256;
    }

    public byte[] octets() {
        return octets;
    }
}
