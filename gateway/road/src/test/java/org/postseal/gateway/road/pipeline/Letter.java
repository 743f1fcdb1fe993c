package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
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
        MailParameters parameters,
        Map<MailAddress, String> originals) {
    /** Makes a letter without ORCPT. */
    Letter(
            Peer.Protocol protocol,
            Peer.Role role,
            boolean isTrusted,
            ReversePath from,
            List<MailAddress> recipients,
            Optional<Peer.Xforward> xforward,
            MailParameters parameters) {
        this(protocol, role, isTrusted, from, recipients, xforward, parameters, Map.of());
    }

    /** Makes a letter from our own Alice, over a submission listener. */
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

    /** Makes a letter from Bob, who is outside, over an inbound listener. */
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
        return new Letter(protocol, role, false, from, recipients, xforward, parameters, originals);
    }

    Letter from(ReversePath other) {
        return new Letter(protocol, role, isTrusted, other, recipients, xforward, parameters, originals);
    }

    Letter with(MailParameters other) {
        return new Letter(protocol, role, isTrusted, from, recipients, xforward, other, originals);
    }

    Letter behind(Peer.Xforward client) {
        return new Letter(protocol, role, isTrusted, from, recipients, Optional.of(client), parameters, originals);
    }

    /** Sets this ORCPT for this recipient. */
    Letter original(MailAddress recipient, String value) {
        Map<MailAddress, String> more = new HashMap<>(originals);
        more.put(recipient, value);
        return new Letter(protocol, role, isTrusted, from, recipients, xforward, parameters, more);
    }

    Envelope envelope() {
        List<Recipient> forwardPaths = new ArrayList<>();
        recipients.forEach(address -> forwardPaths.add(
                new Recipient(address, Optional.empty(), Optional.ofNullable(originals.get(address)))));
        return new Envelope(new QueueId("Q1"), from, forwardPaths, parameters, peer(), Parties.NOW, Intake.now());
    }

    /** Returns the envelope as it comes in on a listener whose peers answer for From. */
    Envelope answeredFor() {
        Peer peer = peer();
        return envelope()
                .from(new Peer(
                        peer.address(),
                        peer.greeting(),
                        new Peer.Listener(protocol, role, Peer.Authors.ANY, Optional.empty()),
                        isTrusted,
                        xforward,
                        peer.tls(),
                        peer.proxy(),
                        peer.login()));
    }

    Peer peer() {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 2525),
                new Peer.Greeting("mx.example.com", true),
                new Peer.Listener(protocol, role),
                isTrusted,
                xforward,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
