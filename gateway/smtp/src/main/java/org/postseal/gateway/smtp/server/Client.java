package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.gateway.smtp.Parsed;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.XclientCommand;
import org.postseal.gateway.smtp.XclientCommand.Attribute;

/**
 * Knows which client the session belongs to: the peer that has the connection, or the client for whom a proxy speaks.
 * Only the client's address decides whether it is trusted. A client whose address nobody knows is never trusted,
 * whoever the proxy is. Confined to the session's thread.
 */
final class Client {
    private final PeerRights rights;
    private final InetSocketAddress connection;
    private final boolean maySendXclient;
    private InetSocketAddress address;
    private boolean isTrusted;
    private Optional<InetAddress> proxy = Optional.empty();
    private Optional<String> helo = Optional.empty();
    private Optional<Login> login = Optional.empty();
    private boolean hasOwnTls = true;

    private Client(PeerRights rights, InetSocketAddress connection, Optional<Optional<InetSocketAddress>> proxied) {
        this.rights = rights;
        this.connection = connection;
        Optional<InetSocketAddress> known = proxied.orElse(Optional.of(connection));
        this.address = known.orElse(connection);
        this.proxy = proxied.map(_ -> connection.getAddress());
        this.isTrusted = known.map(InetSocketAddress::getAddress)
                .filter(rights.trusted())
                .isPresent();
        this.maySendXclient = known.map(InetSocketAddress::getAddress)
                .filter(rights.xclient())
                .isPresent();
    }

    /**
     * Makes the client of a connection, and reads the header of the PROXY protocol if there has to be one.
     *
     * @param connection address of the peer that has it
     * @throws IOException if the header does not come, or a wrong one
     */
    static Client of(PeerRights rights, InetSocketAddress connection, Connection octets) throws IOException {
        if (!rights.proxies().test(connection.getAddress())) {
            return new Client(rights, connection, Optional.empty());
        }
        octets.expectProxyHeader();
        return new Client(rights, connection, Optional.of(ProxyHeader.read(octets::readFully)));
    }

    boolean isTrusted() {
        return isTrusted;
    }

    boolean maySendXclient() {
        return maySendXclient;
    }

    Optional<Login> login() {
        return login;
    }

    void logIn(Login as) {
        login = Optional.of(as);
    }

    /**
     * Tells whether the client still has to log in. On a listener for our own users, a client that is not trusted must
     * do so (RFC 6409 §4.3).
     */
    boolean mustLogIn(ServerSettings settings) {
        return settings.logins().isPresent()
                && settings.role() == Peer.Role.SUBMISSION
                && !isTrusted
                && login.isEmpty();
    }

    boolean maySendAs(ReversePath sender) {
        return login.flatMap(user -> sender.mailbox().map(user::maySendAs)).orElse(true);
    }

    /**
     * Takes over what a proxy says by XCLIENT. Attributes that it does not name stay as they were, except for a login,
     * which may belong to somebody else.
     *
     * @return the refusal, with which nothing has changed; empty if it was taken over
     */
    Optional<Reply> become(String argument, Optional<Logins> logins) {
        if (!maySendXclient) {
            return Optional.of(Replies.XCLIENT_NOT_ALLOWED);
        }
        return switch (XclientCommand.parse(argument)) {
            case Parsed.Refused<XclientCommand>(Reply reply) -> Optional.of(reply);
            case Parsed.Accepted<XclientCommand>(XclientCommand said) -> {
                Optional<String> user = said.value(Attribute.LOGIN);
                Optional<Login> as = user.flatMap(name -> logins.flatMap(known -> known.known(name)));
                if (user.isPresent() && as.isEmpty()) {
                    yield Optional.of(Replies.XCLIENT_LOGIN_UNKNOWN);
                }
                become(said);
                login = as;
                yield Optional.empty();
            }
        };
    }

    /** Returns the client as it goes into an envelope. */
    Peer peer(
            ServerSettings settings, Peer.Greeting greeting, Optional<Peer.Xforward> xforward, Optional<Peer.Tls> tls) {
        return new Peer(
                address,
                new Peer.Greeting(helo.orElse(greeting.helo()), greeting.extended()),
                settings.listener().place(),
                isTrusted,
                xforward,
                hasOwnTls
                        ? tls
                        : tls.map(layer -> new Peer.Tls(layer.protocol(), layer.cipherSuite(), Optional.empty())),
                proxy,
                login);
    }

    private void become(XclientCommand said) {
        if (said.names(Attribute.ADDR)) {
            Optional<InetAddress> named = said.address();
            address = named.map(known -> new InetSocketAddress(known, said.port()))
                    .orElse(connection);
            isTrusted = named.filter(rights.trusted()).isPresent();
            proxy = Optional.of(connection.getAddress());
            // The certificate is that of the proxy.
            hasOwnTls = false;
        }
        if (said.names(Attribute.HELO)) {
            helo = said.value(Attribute.HELO);
        }
    }

    @Override
    public String toString() {
        return proxy.map(speaker -> address + " through " + speaker).orElse(address.toString());
    }
}
