package org.postseal.gateway.smime;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Collection;

/** Digests the octets written to it by several digests at once. */
final class DigestSink extends OutputStream {
    private final Collection<MessageDigest> digests;

    DigestSink(Collection<MessageDigest> digests) {
        this.digests = digests;
    }

    @Override
    public void write(int octet) {
        digests.forEach(digest -> digest.update((byte) octet));
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        digests.forEach(digest -> digest.update(octets, offset, length));
    }
}
