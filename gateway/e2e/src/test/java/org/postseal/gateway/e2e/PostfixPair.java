package org.postseal.gateway.e2e;

import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;

/** Two Postfixes: the first relays to the second, which accepts everything and discards it. */
public final class PostfixPair implements AutoCloseable {
    private final PrivatePostfix first;
    private final PrivatePostfix second;

    private PostfixPair(PrivatePostfix first, PrivatePostfix second) {
        this.first = first;
        this.second = second;
    }

    public static PostfixPair start() {
        Requirements.postfix();
        PostfixLayout theirs = new PostfixLayout("mail.partner.example").setting("transport_maps = static:discard:");
        PostfixLayout ours = new PostfixLayout("mail.example.com")
                .setting("transport_maps = static:smtp:[127.0.0.1]:" + theirs.inboundPort());
        PrivatePostfix second = PrivatePostfix.start(theirs);
        return new PostfixPair(PrivatePostfix.start(ours), second);
    }

    /** Returns the port for mail that goes on to the second. */
    public int firstPort() {
        return first.layout().inboundPort();
    }

    /** Returns the port for mail that is discarded. */
    public int secondPort() {
        return second.layout().inboundPort();
    }

    /** Returns true if no mail is on its way from the first to the second. */
    public boolean isIdle() {
        return first.isQueueEmpty();
    }

    @Override
    public void close() {
        Closing.all(first, second);
    }
}
