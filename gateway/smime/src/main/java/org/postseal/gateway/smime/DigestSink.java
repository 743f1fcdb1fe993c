package org.postseal.gateway.smime;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Collection;

/** Where octets go to be digested, by several digests at once. */
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
