package org.postseal.gateway.pipeline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;

/** Makes the envelopes of tests. */
record Letter(
        Peer.Protocol protocol,
        Peer.Role role,
        boolean isTrusted,
        ReversePath from,
        List<MailAddress> recipients,
        Optional<Peer.Xforward> xforward,
        MailParameters parameters) {

    /** From our own Alice, over a submission listener. */
    static Letter submitted(Peer.Protocol protocol, MailAddress... to) {
        return new Letter(
                protocol,
                Peer.Role.SUBMISSION,
                true,
                new ReversePath.Mailbox(Parties.ALICE),
                List.of(to),
                Optional.empty(),
                MailParameters.NONE);
    }

    /** From Bob, who is outside, over an inbound listener. */
    static Letter inbound(Peer.Protocol protocol, MailAddress... to) {
        return new Letter(
                protocol,
                Peer.Role.INBOUND,
                true,
                new ReversePath.Mailbox(Parties.BOB),
                List.of(to),
                Optional.empty(),
                MailParameters.NONE);
    }

    Letter untrusted() {
        return new Letter(protocol, role, false, from, recipients, xforward, parameters);
    }

    Letter from(ReversePath other) {
        return new Letter(protocol, role, isTrusted, other, recipients, xforward, parameters);
    }

    Letter with(MailParameters other) {
        return new Letter(protocol, role, isTrusted, from, recipients, xforward, other);
    }

    Letter behind(Peer.Xforward client) {
        return new Letter(protocol, role, isTrusted, from, recipients, Optional.of(client), parameters);
    }

    Envelope envelope() {
        List<Recipient> forwardPaths = new ArrayList<>();
        recipients.forEach(address -> forwardPaths.add(Recipient.of(address)));
        return new Envelope(new QueueId("Q1"), from, forwardPaths, parameters, peer(), Parties.NOW);
    }

    Peer peer() {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 2525),
                "mx.example.com",
                protocol,
                true,
                role,
                isTrusted,
                xforward,
                Optional.empty());
    }
}
