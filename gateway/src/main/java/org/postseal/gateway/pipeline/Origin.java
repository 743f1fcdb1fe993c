package org.postseal.gateway.pipeline;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.gateway.config.AddressRange;
import org.postseal.gateway.mail.Peer;

/**
 * Whether mail from a peer is our own users' mail. This comes before every question of direction: only such mail is ever signed, else whoever writes an internal
 * From would make the gateway sign for it.
 *
 * @param trustedPeers networks that may relay and submit
 */
public record Origin(Predicate<InetAddress> trustedPeers) {
    /**
     * True on a {@code submission} listener for a trusted peer; on a {@code both} listener for a trusted peer that either says nothing of a client behind it or
     * names one that is local ({@code SOURCE=LOCAL}) or trusted itself; never on an {@code inbound} listener.
     */
    public boolean maySubmit(Peer peer) {
        return peer.isTrusted()
                && switch (peer.role()) {
                    case SUBMISSION -> true;
                    case INBOUND -> false;
                    case BOTH -> peer.xforward().map(this::isOwnClient).orElse(true);
                };
    }

    private boolean isOwnClient(Peer.Xforward client) {
        if (client.source().filter("LOCAL"::equalsIgnoreCase).isPresent()) {
            return true;
        }
        if (client.address().isEmpty()) {
            // XFORWARD without an address is what Postfix sends for mail it made or took on a local command line; with
            // SOURCE=REMOTE it is an unknown client
            return client.source().isEmpty();
        }
        return literal(client.address().get()).filter(trustedPeers).isPresent();
    }

    private static Optional<InetAddress> literal(String text) {
        String bare = text.regionMatches(true, 0, "IPv6:", 0, 5) ? text.substring(5) : text;
        return AddressRange.parse(bare).map(AddressRange::network);
    }
}
