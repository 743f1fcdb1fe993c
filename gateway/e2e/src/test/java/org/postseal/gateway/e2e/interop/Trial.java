package org.postseal.gateway.e2e.interop;

import java.util.function.Function;

/** What happened in one cell, before it is compared with the known limits. */
sealed interface Trial {
    /** The message was made and read, and it was the same. */
    record Good() implements Trial {}

    /** The peer refused to make or to read the message. */
    record PeerRefused(String messages) implements Trial {}

    /** The peer has no option to ask for it. */
    record NotAskable() implements Trial {}

    /** The result differs from what was asked for, or Postseal did not read it. */
    record Wrong(String what) implements Trial {}

    /** Goes on with the result of the peer, or ends with its refusal. */
    static Trial of(Answer ofPeer, Function<byte[], Trial> then) {
        return switch (ofPeer) {
            case Answer.Done(byte[] octets) -> then.apply(octets);
            case Answer.Refused(String messages) -> new PeerRefused(messages);
            case Answer.NotAskable _ -> new NotAskable();
        };
    }

    /** Goes on with the result of Postseal, or ends as wrong: Postseal must read everything in the tables. */
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
