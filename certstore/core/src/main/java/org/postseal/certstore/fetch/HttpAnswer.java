package org.postseal.certstore.fetch;

import org.jspecify.annotations.Nullable;

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

    /** Returns where a redirect leads, or null if the answer is not a redirect. */
    @Nullable
    String location() {
        return location;
    }

    /** Returns the body, which is empty unless the status is 200. */
    byte[] body() {
        return body;
    }
}
