package org.postseal.gateway.smtp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.smtp.XclientCommand;
import org.postseal.gateway.smtp.XforwardCommand;

/**
 * Lists what EHLO and LHLO announce: only what is done in this state of the session. There is no CHUNKING (there is no
 * BDAT) and no REQUIRETLS. AUTH comes with TLS, and STARTTLS goes away once TLS is on (RFC 3207 §4.2). XFORWARD and
 * XCLIENT are shown only to peers that may use them.
 */
final class Capabilities {
    private Capabilities() {}

    static List<String> of(ServerSettings settings, boolean isTls, Client client) {
        List<String> lines = new ArrayList<>();
        lines.add(settings.hostName());
        lines.add("PIPELINING");
        lines.add(
                settings.limits().message().octets() > 0
                        ? "SIZE " + settings.limits().message().octets()
                        : "SIZE");
        lines.add("8BITMIME");
        lines.add("SMTPUTF8");
        if (settings.tls().isPresent() && !isTls) {
            lines.add("STARTTLS");
        }
        if (isAuthOffered(settings, isTls)) {
            lines.add("AUTH PLAIN LOGIN");
        }
        if (client.isTrusted()) {
            lines.add("XFORWARD " + names(XforwardCommand.Attribute.values()));
        }
        if (client.maySendXclient()) {
            lines.add("XCLIENT " + names(XclientCommand.Attribute.values()));
        }
        lines.add("ENHANCEDSTATUSCODES");
        lines.add("DSN");
        return List.copyOf(lines);
    }

    /**
     * Tells whether AUTH is offered. A password crosses the network under TLS or not at all (RFC 4954 §4, RFC 8314
     * §3.3).
     */
    static boolean isAuthOffered(ServerSettings settings, boolean isTls) {
        return isTls && settings.logins().isPresent();
    }

    private static String names(Enum<?>[] attributes) {
        return Stream.of(attributes).map(Enum::name).collect(Collectors.joining(" "));
    }
}
