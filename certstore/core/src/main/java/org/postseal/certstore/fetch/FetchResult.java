package org.postseal.certstore.fetch;

/** The result of asking a server. */
public sealed interface FetchResult {
    /** The server answered with status 200 and this body. */
    final class Fetched implements FetchResult {
        private final byte[] body;

        Fetched(byte[] body) {
            this.body = body;
        }

        /** Returns the octets, which are not copied and must not be changed. */
        public byte[] body() {
            return body;
        }

        @Override
        public String toString() {
            return "Fetched[" + body.length + " octets]";
        }
    }

    /** No server was asked, because the address is not allowed. */
    record Refused(String why) implements FetchResult {}

    /** The request was sent or attempted, but brought no useful answer. */
    record Failed(String why) implements FetchResult {}
}
