package org.postseal.gateway.console.http;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Limits the number of connections. Only the event-loop thread uses it. */
final class Places {
    private final int most;
    private final Set<Channel> waiting = new LinkedHashSet<>();
    private int taken;

    Places(int most) {
        this.most = most;
    }

    /**
     * Adds a new connection, which has not asked anything yet. If there are too many, the oldest connection that has
     * not asked is closed, which may be the new one.
     */
    void enter(Channel connection) {
        taken++;
        waiting.add(connection);
        if (taken > most) {
            Iterator<Channel> eldest = waiting.iterator();
            var _ = eldest.next().close();
        }
    }

    /** Says that the connection has asked. It is answered now, even if new connections come. */
    void asked(Channel connection) {
        waiting.remove(connection);
    }

    /** Says that the connection is closed. */
    void leave(Channel connection) {
        waiting.remove(connection);
        taken--;
    }
}
