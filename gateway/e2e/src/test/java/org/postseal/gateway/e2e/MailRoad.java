package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * Two organisations: {@code example.com}, whose Postfix filters through the gateway, and {@code partner.example} with
 * its own Postfix. {@link Users} send.
 */
public final class MailRoad implements AutoCloseable {
    private final Users users;
    private final List<SmimePeer> peers;
    private final GatewayProcess gateway;
    private final PrivatePostfix own;
    private final PrivatePostfix partner;

    private MailRoad(
            Users users, List<SmimePeer> peers, GatewayProcess gateway, PrivatePostfix own, PrivatePostfix partner) {
        this.users = users;
        this.peers = peers;
        this.gateway = gateway;
        this.own = own;
        this.partner = partner;
    }

    static MailRoad start() {
        return start(layout -> layout, 0);
    }

    /**
     * @param more what own Postfix has in addition
     * @param nextHop the port where the gateway passes mail on; 0 for the re-injection port of own Postfix
     */
    static MailRoad start(UnaryOperator<PostfixLayout> more, int nextHop) {
        Requirements.postfix();
        Requirements.peers();
        Users users = new Users();
        GatewayProcess gateway = users.gateway();
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        ours.filters(gateway.submissionLmtp(), gateway.inboundLmtp())
                .mailboxes(Users.mailboxes())
                .routeTo("partner.example", theirs.inboundPort());
        theirs.mailboxes(Users.BOB_RSA, Users.DORA_EC, Users.NINA).routeTo("example.com", ours.inboundPort());
        gateway.start(Users.POLICY, nextHop == 0 ? ours.reinjectionPort() : nextHop);
        return new MailRoad(
                users,
                SmimePeer.all(users.pki()),
                gateway,
                PrivatePostfix.start(more.apply(ours)),
                PrivatePostfix.start(theirs));
    }

    TestPki pki() {
        return users.pki();
    }

    /** Returns openssl, gpgsm and NSS, which have everybody's keys. */
    List<SmimePeer> peers() {
        return peers;
    }

    OpenSslPeer openssl() {
        return (OpenSslPeer) peers.getFirst();
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

    /** Sends a message of an own user. */
    void submit(SmimeMail message, String sender, String... recipients) {
        SmtpSender.send(own.layout().submissionPort(), sender, Arrays.asList(recipients), message.octets());
    }

    /** Sends a message of a partner to the partner's Postfix, which sends it to ours. */
    void sendFromPartner(SmimeMail message, String sender, String... recipients) {
        SmtpSender.send(partner.layout().submissionPort(), sender, Arrays.asList(recipients), message.octets());
    }

    /** Returns the message with this id in a mailbox of either side. */
    SmimeMail arrived(String recipient, String id) {
        PrivatePostfix side = recipient.endsWith("@partner.example") ? partner : own;
        try {
            return new SmimeMail(side.awaitMail(recipient, mark(id)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\ngateway:\n" + gateway.log() + "\nown:\n" + own.log(), e);
        }
    }

    static String mark(String id) {
        return "<" + id + "@test>";
    }

    /** Returns decrypted or signed octets as an entity. */
    static SmimeMail entity(byte[] octets) {
        return new SmimeMail(octets);
    }

    public static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() {
        Closing.all(peers.toArray(AutoCloseable[]::new));
        Closing.all(partner, own, gateway, users);
    }
}
