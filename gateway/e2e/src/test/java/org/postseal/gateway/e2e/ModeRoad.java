package org.postseal.gateway.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * Two organisations with a gateway in one of the ways that the documentation describes. What each page shows is run
 * with other ports. At the port where the gateway passes mail on, a {@link RecipientGate} can defer recipients.
 */
final class ModeRoad implements AutoCloseable {
    /** An own user whose mail leaves signed and encrypted. */
    static final String ALICE = "alice@example.com";
    /** An own user with a key, whose mail leaves signed. */
    static final String CAROL = "carol@example.com";

    /** An own user without wishes and without a key. */
    static final String PLAIN = "plain@example.com";

    static final String BOB = "bob@partner.example";
    static final String DORA = "dora@partner.example";
    /** A partner without a certificate. */
    static final String NINA = "nina@partner.example";

    private final TestPki pki;
    private final OpenSslPeer openssl;
    private final RecipientGate gate;
    private final GatewayProcess gateway;
    private final PrivatePostfix own;
    private final PrivatePostfix partner;
    private final PostfixLayout outside;

    ModeRoad(
            TestPki pki,
            RecipientGate gate,
            GatewayProcess gateway,
            PrivatePostfix own,
            PrivatePostfix partner,
            PostfixLayout outside) {
        this.pki = pki;
        this.openssl = new OpenSslPeer(pki);
        this.gate = gate;
        this.gateway = gateway;
        this.own = own;
        this.partner = partner;
        this.outside = outside;
    }

    Identity identity(String address) {
        return pki.identity(address);
    }

    OpenSslPeer openssl() {
        return openssl;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    PrivatePostfix own() {
        return own;
    }

    PrivatePostfix partner() {
        return partner;
    }

    /** Returns the gate that defers recipients at the port where the gateway passes mail on. */
    RecipientGate gate() {
        return gate;
    }

    /** Sends a message of an own user. */
    SmtpSender.Outcome submit(SmimeMail message, String sender, String... recipients) {
        return send(own.layout().submissionPort(), message, sender, recipients);
    }

    /** Sends as a partner's mail server, to the port where mail from outside comes in. */
    SmtpSender.Outcome sendFromOutside(SmimeMail message, String sender, String... recipients) {
        return send(outside.inboundPort(), message, sender, recipients);
    }

    private static SmtpSender.Outcome send(int port, SmimeMail message, String sender, String... recipients) {
        try (SmtpSender connection = SmtpSender.smtp(port)) {
            return connection.send(sender, Arrays.asList(recipients), message.octets());
        }
    }

    /** Sends from another address of this machine, to the port where mail from outside comes in. */
    SmtpSender.Outcome sendFromOutsideAs(String client, SmimeMail message, String sender, String... recipients) {
        try (SmtpSender connection = SmtpSender.smtpFrom(client, outside.inboundPort())) {
            return connection.send(sender, Arrays.asList(recipients), message.octets());
        }
    }

    /** Returns the message with this id in a mailbox of either side. */
    SmimeMail arrived(String recipient, String id) {
        try {
            return new SmimeMail(side(recipient).awaitMail(recipient, MailRoad.mark(id)));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\ngateway:\n" + gateway.log() + gateway.audit(id) + "\nown:\n" + own.log()
                            + "\npartner:\n" + partner.log(),
                    e);
        }
    }

    /** Returns how many messages with this id are in the mailbox. */
    int count(String recipient, String id) {
        return side(recipient).mailsWith(recipient, MailRoad.mark(id)).size();
    }

    /** Returns every delivery status notification in these mailboxes. */
    List<SmimeMail> notifications(String... addresses) {
        return Stream.of(addresses)
                .flatMap(address -> side(address).mailbox(address).stream())
                .map(SmimeMail::new)
                .filter(message -> message.kind().equals("multipart/report"))
                .toList();
    }

    private PrivatePostfix side(String address) {
        return address.endsWith("@partner.example") ? partner : own;
    }

    @Override
    public void close() {
        Closing.all(partner, own, gateway, gate, openssl, pki);
    }
}
