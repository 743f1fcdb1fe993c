package org.postseal.gateway.road.journal;

import org.postseal.gateway.mail.Peer;

/** Says for the key of the journal which upstream a message comes from. */
public sealed interface Upstream {
    /**
     * Stands for an MTA or a pool that the configuration names. The address does not count, nor whether SMTP or LMTP is
     * spoken: a pool may do either at the next attempt. The role counts, since an MTA may hand over the same octets at
     * two stages of their way, before and after it has looked at them.
     */
    record Named(String name, Peer.Role role) implements Upstream {}

    /** Stands for whoever releases held mail, wherever it came from the first time. */
    Named RELEASE = new Named("release", Peer.Role.RELEASE);

    /** Stands for a peer without a name, with any loopback address for one. */
    record Unnamed(Peer peer) implements Upstream {}
}
