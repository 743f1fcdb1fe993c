package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;

/** Reads {@code host:port}, where an IPv6 address stands in brackets. No name server is asked. */
public final class HostPort {
    private HostPort() {}

    /** Returns the type of a key for an IP address and a port. The message about a wrong value shows the example. */
    static Type<InetSocketAddress> address(String example) {
        return Type.text("an IP address with a port such as " + example, HostPort::listening);
    }

    /** Returns the type of a key for a host to connect to. The message about a wrong value shows the example. */
    static Type<InetSocketAddress> host(String example) {
        return Type.text("host:port such as " + example, HostPort::remote);
    }

    /** Reads an IP address and a port to listen on; port 0 takes any free port. */
    public static Optional<InetSocketAddress> listening(String text) {
        return split(text)
                .flatMap(parts -> literal(parts.host()).map(address -> new InetSocketAddress(address, parts.port())));
    }

    /** Reads a host to connect to: an IP address, or a name that stays unresolved. */
    public static Optional<InetSocketAddress> remote(String text) {
        return split(text).filter(parts -> parts.port() > 0).flatMap(parts -> {
            Optional<InetSocketAddress> byAddress =
                    literal(parts.host()).map(address -> new InetSocketAddress(address, parts.port()));
            boolean isName = !parts.isBracketed()
                    && !parts.host().matches("[0-9.]+")
                    && Domain.parse(parts.host()).isPresent();
            return byAddress.or(() -> isName
                    ? Optional.of(InetSocketAddress.createUnresolved(parts.host(), parts.port()))
                    : Optional.empty());
        });
    }

    /** Writes an address as {@link #listening} and {@link #remote} read it. */
    public static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static Optional<Parts> split(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group("port"));
        String bracketed = matcher.group("bracketed");
        String host = bracketed == null ? matcher.group("host") : bracketed;
        return port > 65535 ? Optional.empty() : Optional.of(new Parts(host, port, bracketed != null));
    }

    // InetAddress.ofLiteral also takes 127.1 and the like, which in a configuration are a slip of the pen
    private static Optional<InetAddress> literal(String host) {
        boolean isV4 = V4.matcher(host).matches();
        boolean isV6 = host.indexOf(':') >= 0;
        if (!isV4 && !isV6) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException notALiteral) {
            return Optional.empty();
        }
    }

    private record Parts(String host, int port, boolean isBracketed) {}

    private static final Pattern SYNTAX = Pattern.compile(
            "(?:\\[(?<bracketed>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]|(?<host>[^:\\[\\]]+)):(?<port>\\d{1,5})");
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
}
