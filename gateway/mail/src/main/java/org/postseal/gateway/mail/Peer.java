package org.postseal.gateway.mail;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Says who handed us the message, and over what.
 *
 * @param address of the client: that of the connection, or the one named by a proxy that may speak for others
 * @param greeting what the client called itself
 * @param listener where the client came in
 * @param isTrusted whether the address is known and {@code trustedPeers} holds it
 * @param xforward what a trusted peer said about the client behind it
 * @param tls the session's TLS
 * @param proxy the peer that has the connection and spoke for the client by the PROXY protocol or XCLIENT
 * @param login the user that the client has proved to be
 */
public record Peer(
        InetSocketAddress address,
        Greeting greeting,
        Listener listener,
        boolean isTrusted,
        Optional<Xforward> xforward,
        Optional<Tls> tls,
        Optional<InetAddress> proxy,
        Optional<Login> login) {
    /** Makes a peer that speaks for itself, without TLS, and has not logged in. */
    public Peer(InetSocketAddress address, Greeting greeting, Listener listener, boolean isTrusted) {
        this(
                address,
                greeting,
                listener,
                isTrusted,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Holds what the client said of itself at the beginning.
     *
     * @param helo the name given in EHLO, HELO or LHLO
     * @param extended whether EHLO or LHLO was used, not HELO
     */
    public record Greeting(String helo, boolean extended) {}

    /**
     * Says which listener it is, and what it is for.
     *
     * @param address as configured; empty for a message that did not come over a socket
     */
    public record Listener(Protocol protocol, Role role, Authors authors, Optional<InetSocketAddress> address) {
        /** Makes a listener where the reverse path says who submits. */
        public Listener(Protocol protocol, Role role) {
            this(protocol, role, Authors.REVERSE_PATH, Optional.empty());
        }
    }

    public String helo() {
        return greeting.helo();
    }

    /** Tells whether EHLO or LHLO was used, not HELO. */
    public boolean extended() {
        return greeting.extended();
    }

    public Protocol protocol() {
        return listener.protocol();
    }

    /** Returns the role of the listener, or the role that the message itself has proved. */
    public Role role() {
        return listener.role();
    }

    /**
     * Returns the peer with the role that the message itself has proved. A peer that sends our users' mail is thereby
     * trusted. A peer that sends mail from outside gains no right to relay.
     */
    public Peer provedAs(Role proved) {
        boolean isTrustedNow = isTrusted || proved == Role.SUBMISSION;
        Listener provedHere = new Listener(protocol(), proved, listener.authors(), listener.address());
        return new Peer(address, greeting, provedHere, isTrustedNow, xforward, tls, proxy, login);
    }

    /** Returns the peer as if it spoke this protocol with us. */
    public Peer over(Protocol other) {
        Listener spoken = new Listener(other, role(), listener.authors(), listener.address());
        return new Peer(address, greeting, spoken, isTrusted, xforward, tls, proxy, login);
    }

    /**
     * Tells whether the peer may send to the outside. A login on a listener for mail from outside gives no right to do
     * so: the user is not one of ours there, and no rule for outbound mail would see what they forward.
     */
    public boolean mayRelay() {
        return isTrusted || (login.isPresent() && role() != Role.INBOUND);
    }

    /** Tells whether XFORWARD calls the client local. Postfix does so of every client whose addresses it completes. */
    public boolean isCalledLocal() {
        return xforward.flatMap(Xforward::source)
                .filter("LOCAL"::equalsIgnoreCase)
                .isPresent();
    }

    /** Tells whether XFORWARD says that the message is of the upstream's own host, and of no client with an address. */
    public boolean isOfUpstream() {
        return isCalledLocal() && xforward.flatMap(Xforward::clientAddress).isEmpty();
    }

    /**
     * Returns the address of the client. The result is empty if a proxy speaks for the client and does not know the
     * address, so that {@link #address} is the proxy's own.
     */
    public Optional<InetAddress> knownAddress() {
        InetAddress here = address.getAddress();
        return proxy.filter(here::equals).isPresent() ? Optional.empty() : Optional.of(here);
    }

    /** Names the protocol that is spoken on the listener. */
    public enum Protocol {
        SMTP,
        /** LMTP gives one reply per recipient after the data (RFC 2033). */
        LMTP
    }

    /** Says whose mail a listener takes. */
    public enum Role {
        /** The listener takes our own users' mail. */
        SUBMISSION,
        /** The listener takes mail from outside. */
        INBOUND,
        /** The listener takes both; they are told apart by trusted peer and XFORWARD. */
        BOTH,
        /** The listener takes held mail that somebody has released, and nothing else. */
        RELEASE
    }

    /** Says whose mail a listener takes from peers that have not logged in. */
    public enum Authors {
        /** Mail of whoever the reverse path names. */
        REVERSE_PATH,
        /** Mail of whoever From names: the peers see to it that nobody writes as somebody else. */
        ANY
    }

    /**
     * Holds the XFORWARD attributes (Postfix XFORWARD_README). Those that are absent or {@code [UNAVAILABLE]} are
     * empty. Values are decoded from xtext and free of controls.
     *
     * @param address as written: an IPv4 literal, or an IPv6 one with the prefix {@code IPv6:}
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
        /** Returns {@link #address} as an address; the result is empty if there is none. */
        public Optional<InetAddress> clientAddress() {
            return address.flatMap(Xforward::literal);
        }

        /** Reads an address as XFORWARD writes it; the result is empty for anything else. It never asks the DNS. */
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
     * Describes the TLS of a session.
     *
     * @param protocol such as {@code TLSv1.3}
     * @param cipherSuite its JSSE name
     * @param clientSubject the subject of a verified client certificate
     */
    public record Tls(String protocol, String cipherSuite, Optional<String> clientSubject) {}
}
