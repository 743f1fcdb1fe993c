package org.postseal.certstore.remote.ldap;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;

/**
 * Says where a server listens: {@code ldap://host}, {@code ldaps://host:636}. Immutable.
 *
 * @param isTls whether TLS begins with the first octet
 * @param host a name or address; an IPv6 address has no brackets here
 */
public record LdapUrl(boolean isTls, String host, int port) {
    /** Reads a URL with a scheme, a host and perhaps a port. Returns empty for anything else. */
    public static Optional<LdapUrl> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean isTls = matcher.group("tls") != null;
        String bracketed = matcher.group("bracketed");
        String host = bracketed == null ? matcher.group("host") : bracketed;
        if (bracketed == null
                && Domain.parse(host).isEmpty()
                && !V4.matcher(host).matches()) {
            return Optional.empty();
        }
        String port = matcher.group("port");
        int number = port == null ? (isTls ? 636 : 389) : Integer.parseInt(port);
        return number < 1 || number > 65_535 ? Optional.empty() : Optional.of(new LdapUrl(isTls, host, number));
    }

    /** Reads a URL that the program itself wrote. */
    public static LdapUrl of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an LDAP URL: " + text));
    }

    /** Returns whether data sent there stays on this machine. It judges by the spelling and asks no name server. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || host.equals("::1")
                || (host.startsWith("127.") && V4.matcher(host).matches());
    }

    @Override
    public String toString() {
        return (isTls ? "ldaps://" : "ldap://") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static final Pattern SYNTAX =
            Pattern.compile("[Ll][Dd][Aa][Pp](?<tls>[Ss])?://(?:\\[(?<bracketed>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]|"
                    + "(?<host>[^:/?#\\[\\]@]+))(?::(?<port>\\d{1,5}))?/?");
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
}
