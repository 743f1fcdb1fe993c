package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.util.function.Predicate;
import org.postseal.gateway.mail.Peer;

/**
 * Whether mail from a peer is our own users' mail. This comes before every question of direction: only such mail is ever signed, else whoever writes an internal
 * From would make the gateway sign for it.
 *
 * @param trustedPeers networks that may relay and submit
 */
public record Origin(Predicate<InetAddress> trustedPeers) {
    /**
     * True for who has logged in, unless the listener takes mail from outside; as whom he may write is another question. Else true on a {@code submission} listener for a trusted peer; on a {@code both} listener for a trusted peer that either says nothing of a client behind it or
     * names one that is local ({@code SOURCE=LOCAL}) or trusted itself, so one without an address is not ours; never on
     * an {@code inbound} listener.
     */
    public boolean maySubmit(Peer peer) {
        if (peer.login().isPresent()) {
            return peer.role() != Peer.Role.INBOUND;
        }
        return peer.isTrusted()
                && switch (peer.role()) {
                    case SUBMISSION -> true;
                    case INBOUND -> false;
                    case BOTH -> peer.xforward().map(this::isOwnClient).orElse(true);
                };
    }

    private boolean isOwnClient(Peer.Xforward client) {
        return client.source().filter("LOCAL"::equalsIgnoreCase).isPresent()
                || client.clientAddress().filter(trustedPeers).isPresent();
    }
}
