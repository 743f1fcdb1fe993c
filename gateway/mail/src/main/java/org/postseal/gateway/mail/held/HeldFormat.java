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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
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
 * Writes what a held copy carries as texts and numbers in a fixed order, deflated, and reads it. What is read was
 * written by a gateway of ours: nobody else can make the seal around it.
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
            out.writeUTF(copy.id());
            out.writeLong(copy.expires().toEpochMilli());
            out.writeUTF(copy.reason().name());
            list(out, copy.rules());
            out.writeUTF(copy.policy());
            envelope(out, copy.envelope());
            out.writeUTF(content.sha256);
            out.writeLong(content.octets);
        }
        return octets.toByteArray();
    }

    /** Reads what {@link #write} has written; empty if a later version wrote something else. */
    static Optional<Content> read(byte[] octets) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(octets)))) {
            HeldCopy copy = new HeldCopy(
                    in.readUTF(),
                    Instant.ofEpochMilli(in.readLong()),
                    Reason.valueOf(in.readUTF()),
                    list(in),
                    in.readUTF(),
                    envelope(in));
            return Optional.of(new Content(copy, in.readUTF(), in.readLong()));
        } catch (IOException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static void envelope(DataOutputStream out, Envelope envelope) throws IOException {
        out.writeUTF(envelope.queueId().text());
        text(out, envelope.reversePath().mailbox().map(MailAddress::toString));
        out.writeInt(envelope.recipients().size());
        for (Recipient recipient : envelope.recipients()) {
            out.writeUTF(recipient.address().toString());
            text(out, recipient.notifyWhen());
            text(out, recipient.originalRecipient());
        }
        MailParameters parameters = envelope.parameters();
        out.writeLong(parameters.size().orElse(NONE));
        out.writeUTF(parameters.body().name());
        out.writeBoolean(parameters.smtpUtf8());
        text(out, parameters.ret().map(MailParameters.Ret::name));
        text(out, parameters.envelopeId());
        peer(out, envelope.peer());
        out.writeLong(envelope.received().toEpochMilli());
    }

    private static Envelope envelope(DataInputStream in) throws IOException {
        QueueId queueId = new QueueId(in.readUTF());
        ReversePath reversePath = text(in).<ReversePath>map(path -> new ReversePath.Mailbox(MailAddress.of(path)))
                .orElseGet(ReversePath.NullPath::new);
        List<Recipient> recipients = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            recipients.add(new Recipient(MailAddress.of(in.readUTF()), text(in), text(in)));
        }
        long size = in.readLong();
        MailParameters parameters = new MailParameters(
                size == NONE ? OptionalLong.empty() : OptionalLong.of(size),
                MailParameters.Body.valueOf(in.readUTF()),
                in.readBoolean(),
                text(in).map(MailParameters.Ret::valueOf),
                text(in));
        return new Envelope(
                queueId,
                reversePath,
                recipients,
                parameters,
                peer(in),
                Instant.ofEpochMilli(in.readLong()),
                Intake.now());
    }

    private static void peer(DataOutputStream out, Peer peer) throws IOException {
        socket(out, peer.address());
        out.writeUTF(peer.helo());
        out.writeBoolean(peer.extended());
        out.writeUTF(peer.protocol().name());
        out.writeUTF(peer.role().name());
        out.writeUTF(peer.listener().authors().name());
        out.writeBoolean(peer.listener().address().isPresent());
        if (peer.listener().address().isPresent()) {
            socket(out, peer.listener().address().get());
        }
        out.writeBoolean(peer.isTrusted());
        texts(out, peer.xforward().map(HeldFormat::values));
        texts(
                out,
                peer.tls()
                        .map(tls -> List.of(
                                Optional.of(tls.protocol()), Optional.of(tls.cipherSuite()), tls.clientSubject())));
        address(out, peer.proxy().orElse(null));
        login(out, peer.login());
    }

    private static Peer peer(DataInputStream in) throws IOException {
        InetSocketAddress address = socket(in);
        Peer.Greeting greeting = new Peer.Greeting(in.readUTF(), in.readBoolean());
        Peer.Listener listener = new Peer.Listener(
                Peer.Protocol.valueOf(in.readUTF()),
                Peer.Role.valueOf(in.readUTF()),
                Peer.Authors.valueOf(in.readUTF()),
                in.readBoolean() ? Optional.of(socket(in)) : Optional.empty());
        boolean isTrusted = in.readBoolean();
        Optional<Peer.Xforward> xforward = texts(in, 7)
                .map(all -> new Peer.Xforward(
                        all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5), all.get(6)));
        Optional<Peer.Tls> tls = texts(in, 3)
                .map(all -> new Peer.Tls(all.get(0).orElse(""), all.get(1).orElse(""), all.get(2)));
        return new Peer(
                address,
                greeting,
                listener,
                isTrusted,
                xforward,
                tls,
                Optional.ofNullable(address(in)),
                login(in));
    }

    private static List<Optional<String>> values(Peer.Xforward client) {
        return List.of(
                client.name(),
                client.address(),
                client.port(),
                client.helo(),
                client.protocol(),
                client.source(),
                client.ident());
    }

    private static void login(DataOutputStream out, Optional<Login> login) throws IOException {
        out.writeBoolean(login.isPresent());
        if (login.isPresent()) {
            out.writeUTF(login.get().user());
            list(out, login.get().addresses().stream().map(MailAddress::toString).toList());
            list(out, login.get().domains().stream().map(Domain::text).toList());
            out.writeBoolean(login.get().isAnybody());
        }
    }

    private static Optional<Login> login(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        String user = in.readUTF();
        Set<MailAddress> addresses = new LinkedHashSet<>();
        list(in).forEach(address -> addresses.add(MailAddress.of(address)));
        Set<Domain> domains = new LinkedHashSet<>();
        list(in).forEach(domain -> domains.add(Domain.of(domain)));
        return Optional.of(new Login(user, addresses, domains, in.readBoolean()));
    }

    private static void socket(DataOutputStream out, InetSocketAddress socket) throws IOException {
        address(out, socket.getAddress());
        out.writeInt(socket.getPort());
    }

    private static InetSocketAddress socket(DataInputStream in) throws IOException {
        InetAddress address = address(in);
        int port = in.readInt();
        return address == null
                ? InetSocketAddress.createUnresolved("unknown", port)
                : new InetSocketAddress(address, port);
    }

    private static void address(DataOutputStream out, @Nullable InetAddress address) throws IOException {
        byte[] octets = address == null ? new byte[0] : address.getAddress();
        out.writeByte(octets.length);
        out.write(octets);
    }

    private static @Nullable InetAddress address(DataInputStream in) throws IOException {
        byte[] octets = in.readNBytes(in.readUnsignedByte());
        return octets.length == 0 ? null : InetAddress.getByAddress(octets);
    }

    private static void list(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> list(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    private static void texts(DataOutputStream out, Optional<List<Optional<String>>> texts) throws IOException {
        out.writeBoolean(texts.isPresent());
        for (Optional<String> text : texts.orElse(List.of())) {
            text(out, text);
        }
    }

    private static Optional<List<Optional<String>>> texts(DataInputStream in, int count) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        List<Optional<String>> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return Optional.of(texts);
    }

    private static void text(DataOutputStream out, Optional<String> text) throws IOException {
        out.writeBoolean(text.isPresent());
        if (text.isPresent()) {
            out.writeUTF(text.get());
        }
    }

    private static Optional<String> text(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
    }

    private static final long NONE = -1;
}
