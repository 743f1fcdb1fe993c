package org.postseal.certstore.fetch;

/** What came of asking a server. */
public sealed interface FetchResult {
    /** The body of an answer with status 200. */
    final class Fetched implements FetchResult {
        private final byte[] body;

        Fetched(byte[] body) {
            this.body = body;
        }

        /** The octets, not copied: not to be changed. */
        public byte[] body() {
            return body;
        }

        @Override
        public String toString() {
            return "Fetched[" + body.length + " octets]";
        }
    }

    /** Nobody was asked: the address is one we do not ask. */
    record Refused(String why) implements FetchResult {}

    /** Asked, or tried to, without an answer of use. */
    record Failed(String why) implements FetchResult {}
}
