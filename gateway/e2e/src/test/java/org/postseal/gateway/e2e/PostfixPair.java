package org.postseal.gateway.e2e;

import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;

/** Two Postfixes, the first of which relays to the second, which takes everything and throws it away. */
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

    /** Takes mail that goes on to the second. */
    public int firstPort() {
        return first.layout().inboundPort();
    }

    /** Takes mail that is thrown away. */
    public int secondPort() {
        return second.layout().inboundPort();
    }

    /** Nothing is on its way from one to the other. */
    public boolean isIdle() {
        return first.isQueueEmpty();
    }

    @Override
    public void close() {
        Closing.all(first, second);
    }
}
