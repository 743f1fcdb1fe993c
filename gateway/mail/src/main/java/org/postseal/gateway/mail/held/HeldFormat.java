package org.postseal.gateway.mail.held;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.policy.outcome.Reason;

/**
 * Writes what a held copy carries as texts in a fixed order, deflated, and reads it. What is read was written by a
 * gateway of ours: nobody else can make the seal around it.
 */
final class HeldFormat {
    private HeldFormat() {}

    /**
     * What a seal covers.
     *
     * @param sha256 of the original octets, in hexadecimal
     * @param octets their number
     */
    record Content(HeldCopy copy, String sha256, long octets) {}

    static byte[] write(Content content) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(octets))) {
            HeldCopy copy = content.copy;
            Envelope envelope = copy.envelope();
            put(out, copy.id(), copy.expires().toEpochMilli(), copy.reason().name(), copy.rules(), copy.policy());
            put(out, content.sha256, content.octets);
            put(out, envelope.queueId(), envelope.reversePath().mailbox());
            put(out, envelope.received().toEpochMilli(), envelope.recipients().size());
            for (Recipient recipient : envelope.recipients()) {
                put(out, recipient.address(), recipient.notifyWhen(), recipient.originalRecipient());
            }
            MailParameters parameters = envelope.parameters();
            put(out, parameters.size().orElse(NONE), parameters.body(), parameters.smtpUtf8());
            put(out, parameters.ret(), parameters.envelopeId());
            put(out, envelope.peer());
        }
        return octets.toByteArray();
    }

    /** Reads what {@link #write} has written; empty if a later version wrote something else. */
    static Optional<Content> read(byte[] octets) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(octets)))) {
            String id = in.readUTF();
            Instant expires = Instant.ofEpochMilli(number(in));
            Reason reason = Reason.valueOf(in.readUTF());
            List<String> rules = list(in);
            String policy = in.readUTF();
            String sha256 = in.readUTF();
            long size = number(in);
            HeldCopy copy = new HeldCopy(id, expires, reason, rules, policy, envelope(in));
            return Optional.of(new Content(copy, sha256, size));
        } catch (IOException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static Envelope envelope(DataInputStream in) throws IOException {
        QueueId queueId = new QueueId(in.readUTF());
        ReversePath reversePath = maybe(in)
                .<ReversePath>map(path -> new ReversePath.Mailbox(MailAddress.of(path)))
                .orElseGet(ReversePath.NullPath::new);
        Instant received = Instant.ofEpochMilli(number(in));
        List<Recipient> recipients = new ArrayList<>();
        for (long left = number(in); left > 0; left--) {
            recipients.add(new Recipient(MailAddress.of(in.readUTF()), maybe(in), maybe(in)));
        }
        long size = number(in);
        MailParameters parameters = new MailParameters(
                size == NONE ? OptionalLong.empty() : OptionalLong.of(size),
                MailParameters.Body.valueOf(in.readUTF()),
                is(in),
                maybe(in).map(MailParameters.Ret::valueOf),
                maybe(in));
        return new Envelope(queueId, reversePath, recipients, parameters, peer(in), received, Intake.now());
    }

    private static void put(DataOutputStream out, Peer peer) throws IOException {
        put(out, literal(peer.address()), peer.address().getPort(), peer.helo(), peer.extended(), peer.isTrusted());
        Peer.Listener listener = peer.listener();
        put(out, listener.protocol(), listener.role(), listener.authors());
        put(out, listener.address().flatMap(HeldFormat::literal));
        put(out, listener.address().map(InetSocketAddress::getPort).orElse(0));
        put(out, peer.proxy().map(HeldFormat::text), peer.xforward().isPresent());
        if (peer.xforward().isPresent()) {
            Peer.Xforward client = peer.xforward().get();
            put(out, client.name(), client.address(), client.port(), client.helo());
            put(out, client.protocol(), client.source(), client.ident());
        }
        put(out, peer.tls().isPresent());
        if (peer.tls().isPresent()) {
            Peer.Tls tls = peer.tls().get();
            put(out, tls.protocol(), tls.cipherSuite(), tls.clientSubject());
        }
        put(out, peer.login().isPresent());
        if (peer.login().isPresent()) {
            Login login = peer.login().get();
            put(out, login.user(), login.addresses(), login.domains(), login.isAnybody());
        }
    }

    private static Peer peer(DataInputStream in) throws IOException {
        InetSocketAddress address = socket(in).orElseGet(() -> InetSocketAddress.createUnresolved("unknown", 0));
        Peer.Greeting greeting = new Peer.Greeting(in.readUTF(), is(in));
        boolean isTrusted = is(in);
        Peer.Listener listener = new Peer.Listener(
                Peer.Protocol.valueOf(in.readUTF()),
                Peer.Role.valueOf(in.readUTF()),
                Peer.Authors.valueOf(in.readUTF()),
                socket(in));
        Optional<InetAddress> proxy = maybe(in).map(InetAddress::ofLiteral);
        return new Peer(address, greeting, listener, isTrusted, xforward(in), tls(in), proxy, login(in));
    }

    private static Optional<Peer.Xforward> xforward(DataInputStream in) throws IOException {
        return is(in)
                ? Optional.of(
                        new Peer.Xforward(maybe(in), maybe(in), maybe(in), maybe(in), maybe(in), maybe(in), maybe(in)))
                : Optional.empty();
    }

    private static Optional<Peer.Tls> tls(DataInputStream in) throws IOException {
        return is(in) ? Optional.of(new Peer.Tls(in.readUTF(), in.readUTF(), maybe(in))) : Optional.empty();
    }

    private static Optional<Login> login(DataInputStream in) throws IOException {
        if (!is(in)) {
            return Optional.empty();
        }
        String user = in.readUTF();
        List<MailAddress> addresses = list(in).stream().map(MailAddress::of).toList();
        List<Domain> domains = list(in).stream().map(Domain::of).toList();
        return Optional.of(new Login(user, new HashSet<>(addresses), new HashSet<>(domains), is(in)));
    }

    /** Writes each value as a text; an optional one with a sign before it, and a list with its size. */
    private static void put(DataOutputStream out, Object... values) throws IOException {
        for (Object value : values) {
            switch (value) {
                case Optional<?> optional ->
                    out.writeUTF(optional.map(present -> "+" + present).orElse("-"));
                case Collection<?> list -> {
                    put(out, list.size());
                    put(out, list.toArray());
                }
                default -> out.writeUTF(value.toString());
            }
        }
    }

    private static long number(DataInputStream in) throws IOException {
        return Long.parseLong(in.readUTF());
    }

    private static boolean is(DataInputStream in) throws IOException {
        return Boolean.parseBoolean(in.readUTF());
    }

    private static Optional<String> maybe(DataInputStream in) throws IOException {
        String text = in.readUTF();
        return text.startsWith("+") ? Optional.of(text.substring(1)) : Optional.empty();
    }

    private static List<String> list(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (long left = number(in); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    private static Optional<InetSocketAddress> socket(DataInputStream in) throws IOException {
        Optional<InetAddress> address = maybe(in).map(InetAddress::ofLiteral);
        int port = Math.toIntExact(number(in));
        return address.map(found -> new InetSocketAddress(found, port));
    }

    private static Optional<String> literal(InetSocketAddress socket) {
        return Optional.ofNullable(socket.getAddress()).map(HeldFormat::text);
    }

    /** Returns the address without the name of an interface, which counts on its own machine alone. */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    private static final long NONE = -1;
}
