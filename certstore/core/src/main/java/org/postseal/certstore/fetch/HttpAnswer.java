package org.postseal.certstore.fetch;

import org.jspecify.annotations.Nullable;

/** What a server answered. */
final class HttpAnswer {
    private final int status;
    private final @Nullable String location;
    private final byte[] body;

    HttpAnswer(int status, @Nullable String location, byte[] body) {
        this.status = status;
        this.location = location;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** Where a redirect leads; null when it is none. */
    @Nullable
    String location() {
        return location;
    }

    /** Empty unless the status is 200. */
    byte[] body() {
        return body;
    }
}
