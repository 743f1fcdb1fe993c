package org.postseal.gateway.smtp.server;

import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Says which addresses may say what. The address of the connection decides whether it must begin with a header of the
 * PROXY protocol. The address of the client decides the rest; behind a proxy, this is the address that the proxy names.
 *
 * @param trusted addresses that may send XFORWARD; {@code isTrusted} of a peer says so
 * @param proxies addresses that must begin with a header of the PROXY protocol
 * @param xclient addresses that may send XCLIENT
 */
public record PeerRights(
        Predicate<InetAddress> trusted, Predicate<InetAddress> proxies, Predicate<InetAddress> xclient) {}
