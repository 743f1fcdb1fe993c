package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;

/** Octets in a temporary file, encrypted with a key that only this process has. */
final class SpooledFile extends RawMessage {
    @Override
    public long size() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public InputStream open() throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public RawMessage slice(long offset, long length) {
        throw new UnsupportedOperationException("not written yet");
    }
}
