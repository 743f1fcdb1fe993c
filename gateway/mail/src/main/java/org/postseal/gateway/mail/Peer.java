package org.postseal.gateway.mail;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Who handed us the message, and over what.
 *
 * @param address of the client: of the connection, or what a proxy says that may speak for others
 * @param helo the name given in EHLO, HELO or LHLO
 * @param protocol SMTP or LMTP
 * @param extended EHLO or LHLO was used, not HELO
 * @param role of the listener
 * @param isTrusted whether {@code trustedPeers} holds the address, and it is known
 * @param xforward what a trusted peer said of the client behind it
 * @param tls the session's TLS
 * @param proxy who spoke for the client by the PROXY protocol or XCLIENT, and has the connection
 * @param login who the client has proved to be
 */
public record Peer(
        InetSocketAddress address,
        String helo,
        Protocol protocol,
        boolean extended,
        Role role,
        boolean isTrusted,
        Optional<Xforward> xforward,
        Optional<Tls> tls,
        Optional<InetAddress> proxy,
        Optional<Login> login) {
    /** One that speaks for itself and has not logged in. */
    public Peer(
            InetSocketAddress address,
            String helo,
            Protocol protocol,
            boolean extended,
            Role role,
            boolean isTrusted,
            Optional<Xforward> xforward,
            Optional<Tls> tls) {
        this(address, helo, protocol, extended, role, isTrusted, xforward, tls, Optional.empty(), Optional.empty());
    }

    /** The same for mail of this kind, as the message has proved. Who sends our users' mail is trusted by that; who sends mail from outside has won no right to relay. */
    public Peer provedAs(Role proved) {
        boolean isTrustedNow = isTrusted || proved == Role.SUBMISSION;
        return new Peer(address, helo, protocol, extended, proved, isTrustedNow, xforward, tls, proxy, login);
    }

    /** Whether it may send to the outside. Who has logged in where mail comes in is not one of ours there, and what he sends on would see no rule for outbound mail. */
    public boolean mayRelay() {
        return isTrusted || (login.isPresent() && role != Role.INBOUND);
    }

    /** Spoken on the listener. */
    public enum Protocol {
        SMTP,
        /** RFC 2033: one reply per recipient after the data. */
        LMTP
    }

    /** Whose mail a listener takes. */
    public enum Role {
        /** Our own users' mail. */
        SUBMISSION,
        /** Mail from outside. */
        INBOUND,
        /** Both; told apart by trusted peer and XFORWARD. */
        BOTH
    }

    /**
     * XFORWARD attributes (Postfix XFORWARD_README); absent or {@code [UNAVAILABLE]} ones are empty. Values are decoded from xtext, free of controls.
     *
     * @param address as written: an IPv4 literal, or an IPv6 one behind {@code IPv6:}
     * @param source {@code LOCAL} or {@code REMOTE}
     * @param ident the upstream's queue id
     */
    public record Xforward(
            Optional<String> name,
            Optional<String> address,
            Optional<String> port,
            Optional<String> helo,
            Optional<String> protocol,
            Optional<String> source,
            Optional<String> ident) {
        /** {@link #address} as an address; empty when it is absent. */
        public Optional<InetAddress> clientAddress() {
            return address.flatMap(Xforward::literal);
        }

        /** Reads an address as XFORWARD writes it; empty for anything else. Never asks the DNS. */
        public static Optional<InetAddress> literal(String text) {
            boolean isTagged = text.regionMatches(true, 0, "IPv6:", 0, 5);
            String literal = isTagged ? text.substring(5) : text;
            if (!literal.matches(isTagged ? "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*" : "[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
                return Optional.empty();
            }
            try {
                return Optional.of(InetAddress.ofLiteral(literal));
            } catch (IllegalArgumentException notAnAddress) {
                return Optional.empty();
            }
        }
    }

    /**
     * The TLS of a session.
     *
     * @param protocol such as {@code TLSv1.3}
     * @param cipherSuite JSSE name
     * @param clientSubject subject of a verified client certificate
     */
    public record Tls(String protocol, String cipherSuite, Optional<String> clientSubject) {}
}
