package org.postseal.gateway.smtp.server;

import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Which addresses may say what. Who must begin with a header of the PROXY protocol is asked of the connection, the others of the client that is known by then: behind a proxy, of the address that
 * the proxy names.
 *
 * @param trusted may send XFORWARD, and what {@code isTrusted} of a peer says
 * @param proxies must begin with a header of the PROXY protocol
 * @param xclient may send XCLIENT
 */
public record PeerRights(
        Predicate<InetAddress> trusted, Predicate<InetAddress> proxies, Predicate<InetAddress> xclient) {
    /** Nobody speaks for others. */
    public static PeerRights trusting(Predicate<InetAddress> trusted) {
        return new PeerRights(trusted, _ -> false, _ -> false);
    }
}
