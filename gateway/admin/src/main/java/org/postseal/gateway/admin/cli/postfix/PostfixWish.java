package org.postseal.gateway.admin.cli.postfix;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.policy.people.DomainSet;

/**
 * Says what a Postfix around the gateway shall do.
 *
 * @param places where the gateway takes mail and hands it on
 * @param domains our own domains
 * @param sentOn the port for programs that send on mail from outside
 * @param users the port of our users' mail programs, 587
 */
public record PostfixWish(GatewayPlaces places, List<Domain> domains, int sentOn, int users) {
    DomainSet internal() {
        DomainSet internal = new DomainSet();
        domains.forEach(domain -> internal.add(new DomainSet.Entry(domain, false)));
        return internal;
    }

    /** Returns the filter that leads to the listener of this role. */
    String filter(Role role) {
        Optional<String> address = places.addressOf(role);
        return TRANSPORT + ":" + address.orElseThrow();
    }

    /** Returns the service at which the gateway hands mail back. */
    String back() {
        return onLoopback(places.nextHops().getFirst().getPort());
    }

    /** Returns the service of our users' mail programs. */
    String submission() {
        return (users == SUBMISSION ? "submission" : users) + "/inet";
    }

    static String onLoopback(int port) {
        return "127.0.0.1:" + port + "/inet";
    }

    /** The delivery agent that leads to the gateway has this name. */
    static final String TRANSPORT = "gateway";

    /** Our users' mail programs submit at this port (RFC 6409 §3.1). */
    public static final int SUBMISSION = 587;
}
