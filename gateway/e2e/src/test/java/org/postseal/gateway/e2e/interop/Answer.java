package org.postseal.gateway.e2e.interop;

import java.util.function.UnaryOperator;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimePeer.Decryption;
import org.postseal.gateway.testkit.SmimePeer.Verification;

/** The answer of Postseal or a peer that was asked to make or to read a message. */
sealed interface Answer {
    /**
     * The message was made or read.
     *
     * @param octets the MIME entity that was made, or the content that was read
     */
    record Done(byte[] octets) implements Answer {}

    /** It was tried, and it failed. */
    record Refused(String messages) implements Answer {}

    /** There is no way to ask for it. */
    record NotAskable() implements Answer {}

    static Answer of(Verification verification, Identity signer) {
        return switch (verification) {
            case Verification.Good(byte[] content, Identity found) ->
                found.equals(signer) ? new Done(content) : new Refused("signed by " + found);
            case Verification.Bad(String messages) -> new Refused(messages);
        };
    }

    static Answer of(Decryption decryption) {
        return switch (decryption) {
            case Decryption.Plain(byte[] content) -> new Done(content);
            case Decryption.Refused(String messages) -> new Refused(messages);
        };
    }

    /** Returns what a program has made, with MIME put around it. */
    static Answer made(Command.Result result, UnaryOperator<byte[]> wrapping) {
        return result.isSuccess() ? new Done(wrapping.apply(result.output())) : new Refused(result.messages());
    }
}
