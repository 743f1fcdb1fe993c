package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Release;

/**
 * Names one recipient of one message from one upstream by a SHA-256 over upstream, IDENT, reverse path, content and
 * recipient. It is the same at each attempt.
 *
 * <p>Without an IDENT, only a message with a Message-ID can come again; one without is another message each time.
 *
 * <p>Of the trace fields on top of the content, only the number counts, since a front end writes another Received at
 * each attempt. The number tells a retry from the same message that comes by again on a longer way.
 *
 * <p>The components are the 32 octets of the digest. A million keys may be in memory, and four numbers take the least.
 */
public record JournalKey(long first, long second, long third, long fourth) implements Comparable<JournalKey> {
    static final int OCTETS = 32;

    /** Makes a key from the 32 octets that are stored. */
    public static JournalKey of(byte[] octets) {
        return read(ByteBuffer.wrap(octets));
    }

    /** Reads the next 32 octets. */
    static JournalKey read(ByteBuffer octets) {
        return new JournalKey(octets.getLong(), octets.getLong(), octets.getLong(), octets.getLong());
    }

    public static JournalKey ofHex(String digits) {
        return of(HexFormat.of().parseHex(digits));
    }

    public byte[] octets() {
        return ByteBuffer.allocate(OCTETS)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth)
                .array();
    }

    /** Compares the octets, as PostgreSQL does. */
    @Override
    public int compareTo(JournalKey other) {
        int order = Long.compareUnsigned(first, other.first);
        order = order != 0 ? order : Long.compareUnsigned(second, other.second);
        order = order != 0 ? order : Long.compareUnsigned(third, other.third);
        return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
    }

    /** Returns the key as 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(octets());
    }

    /**
     * Returns the keys of all recipients, in the order of the envelope, for each of these upstreams. It reads the whole
     * message once.
     */
    static List<List<JournalKey>> all(List<Upstream> upstreams, Envelope envelope, RawMessage message)
            throws IOException {
        List<MessageDigest> ofMessage = new ArrayList<>();
        OutputStream content = OutputStream.nullOutputStream();
        for (Upstream upstream : upstreams) {
            MessageDigest digest = Digest.SHA_256.start();
            put(digest, upstream);
            put(digest, ident(envelope).map(id -> "=" + id).orElse(""));
            put(digest, envelope.reversePath().wire());
            ofMessage.add(digest);
            content = new DigestOutputStream(content, digest);
        }
        content(content, message, ident(envelope).isPresent());
        return ofMessage.stream().map(digest -> all(digest.digest(), envelope)).toList();
    }

    private static List<JournalKey> all(byte[] message, Envelope envelope) {
        return envelope.recipients().stream()
                .map(recipient -> of(message, recipient.address()))
                .toList();
    }

    /** Returns the id of the held copy that is released, or a trusted upstream's own name for the message. */
    public static Optional<String> ident(Envelope envelope) {
        return envelope.release()
                .map(Release::held)
                .or(() -> envelope.peer()
                        .xforward()
                        .filter(_ -> envelope.peer().isTrusted())
                        .flatMap(Peer.Xforward::ident));
    }

    private static JournalKey of(byte[] message, MailAddress recipient) {
        MessageDigest digest = Digest.SHA_256.start();
        digest.update(message);
        put(digest, recipient.toString());
        return of(digest.digest());
    }

    // An MTA on this machine may reach us over IPv4 at one time and over IPv6 at another.
    private static String address(InetAddress address) {
        return address.isLoopbackAddress() ? "loopback" : address.getHostAddress();
    }

    private static void put(MessageDigest digest, Upstream upstream) {
        switch (upstream) {
            case Upstream.Named(String name, Peer.Role role) -> {
                // No address is written like this, so no key of a peer without a name begins with the same octets.
                put(digest, "postseal journal key 2");
                put(digest, name);
                put(digest, role.name());
            }
            case Upstream.Unnamed(Peer peer) -> {
                put(digest, address(peer.address().getAddress()));
                put(digest, peer.role().name());
                put(digest, peer.protocol().name());
            }
        }
    }

    private static void content(OutputStream digests, RawMessage message, boolean isNamed) throws IOException {
        long traced = 0;
        int count = 0;
        boolean hasMessageId = false;
        if (HeaderBlock.read(message, Budget.standard()) instanceof Parsed.Success<HeaderBlock>(HeaderBlock header)) {
            for (HeaderField field : header.fields()) {
                if (!field.is("Received") && !field.is("Return-Path")) {
                    break;
                }
                traced += field.raw().length;
                count++;
            }
            hasMessageId = header.fields().stream().anyMatch(field -> field.is("Message-ID"));
        }
        if (!isNamed && !hasMessageId) {
            // Nothing tells a retry from another message with the same octets, and a loss is worse than a duplicate.
            digests.write(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        }
        digests.write(ByteBuffer.allocate(4).putInt(count).array());
        message.from(traced).writeTo(digests);
    }

    /** Adds the length of a value and then the value, so that no two lists of values give the same octets. */
    private static void put(MessageDigest digest, String value) {
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(octets.length).flip());
        digest.update(octets);
    }
}
