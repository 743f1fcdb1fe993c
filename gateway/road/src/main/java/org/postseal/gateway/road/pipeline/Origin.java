package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.util.function.Predicate;
import org.postseal.gateway.mail.Peer;

/**
 * Decides whether mail from a peer is our own users' mail. This comes before every question of direction: only such
 * mail is ever signed, since otherwise anybody who writes an internal From would make the gateway sign for it.
 *
 * @param trustedPeers the networks that may relay and submit
 */
public record Origin(Predicate<InetAddress> trustedPeers) {
    /**
     * True if mail from this peer is our own users' mail:
     * <ul>
     * <li>A peer that has logged in may submit, except on an {@code inbound} listener. Under which address it may write
     * is another question.
     * <li>On a {@code submission} listener, a trusted peer may submit.
     * <li>On a {@code both} listener, a trusted peer may submit if it names no client behind it, or a client that is
     * trusted itself. A client without an address is not ours, unless it is local ({@code SOURCE=LOCAL}).
     * <li>On an {@code inbound} listener, nobody may. On a {@code release} listener, the held copy says who sent it.
     * </ul>
     */
    public boolean maySubmit(Peer peer) {
        if (peer.login().isPresent()) {
            return peer.role() != Peer.Role.INBOUND;
        }
        return peer.isTrusted()
                && switch (peer.role()) {
                    case SUBMISSION -> true;
                    case INBOUND, RELEASE -> false;
                    case BOTH ->
                        peer.isOfUpstream()
                                || peer.xforward().map(this::isTrusted).orElse(true);
                };
    }

    private boolean isTrusted(Peer.Xforward client) {
        return client.clientAddress().filter(trustedPeers).isPresent();
    }
}
