package org.postseal.gateway.e2e.interop;

import java.util.function.Function;

/** What happened in one cell, before it is compared with what is known. */
sealed interface Trial {
    /** Made and read, and it was the same. */
    record Good() implements Trial {}

    /** The peer would not make it, or read it. */
    record PeerRefused(String messages) implements Trial {}

    /** The peer cannot be asked. */
    record NotAskable() implements Trial {}

    /** Something else than what was asked for was made or read, or Postseal would not read it. */
    record Wrong(String what) implements Trial {}

    /** Goes on with what the peer did, or ends with its refusal. */
    static Trial of(Answer ofPeer, Function<byte[], Trial> then) {
        return switch (ofPeer) {
            case Answer.Done(byte[] octets) -> then.apply(octets);
            case Answer.Refused(String messages) -> new PeerRefused(messages);
            case Answer.NotAskable _ -> new NotAskable();
        };
    }

    /** Goes on with what Postseal read, or ends: it reads everything in the tables. */
    static Trial ofOurs(Answer ofPostseal, Function<byte[], Trial> then) {
        return switch (ofPostseal) {
            case Answer.Done(byte[] octets) -> then.apply(octets);
            case Answer.Refused(String messages) -> new Wrong("Postseal does not read it: " + messages);
            case Answer.NotAskable _ -> throw new IllegalStateException("Postseal can be asked for everything");
        };
    }

    static Trial expect(boolean fact, String otherwise) {
        return fact ? new Good() : new Wrong(otherwise);
    }
}
