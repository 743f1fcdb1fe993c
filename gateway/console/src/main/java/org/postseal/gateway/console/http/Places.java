package org.postseal.gateway.console.http;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Bounds the connections there are at a time. For the one event-loop thread. */
final class Places {
    private final int most;
    private final Set<Channel> waiting = new LinkedHashSet<>();
    private int taken;

    Places(int most) {
        this.most = most;
    }

    /** A new connection, which has not asked anything yet; another one, or itself, is closed for it when there are too many. */
    void enter(Channel connection) {
        taken++;
        waiting.add(connection);
        if (taken > most) {
            Iterator<Channel> eldest = waiting.iterator();
            var _ = eldest.next().close();
        }
    }

    /** It has asked, and now is answered whoever comes. */
    void asked(Channel connection) {
        waiting.remove(connection);
    }

    /** It is closed. */
    void leave(Channel connection) {
        waiting.remove(connection);
        taken--;
    }
}
