package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;

/**
 * Names one recipient of one message as it comes from one upstream, the same at each attempt: SHA-256 over upstream, IDENT, reverse path, content and recipient.
 *
 * <p>The trace fields on top of the content count by their number only: a front end writes another Received at each attempt. Their number tells a retry from the same
 * message that comes by a second time, on a longer way.
 *
 * @param hex 64 digits
 */
public record JournalKey(String hex) {
    /** As the file has it. */
    static final int OCTETS = 32;

    /** From the 32 octets in the file. */
    static JournalKey of(byte[] octets) {
        return new JournalKey(HexFormat.of().formatHex(octets));
    }

    byte[] octets() {
        return HexFormat.of().parseHex(hex);
    }

    /** The keys of all recipients, in the order of the envelope. Reads the whole message once. */
    public static List<JournalKey> all(Envelope envelope, RawMessage message) throws IOException {
        MessageDigest ofMessage = Digest.SHA_256.start();
        Peer peer = envelope.peer();
        put(ofMessage, upstream(peer.address().getAddress()));
        put(ofMessage, peer.role().name());
        put(ofMessage, peer.protocol().name());
        put(ofMessage, ident(envelope).map(id -> "=" + id).orElse(""));
        put(ofMessage, envelope.reversePath().wire());
        content(ofMessage, message);
        byte[] digest = ofMessage.digest();
        return envelope.recipients().stream()
                .map(recipient -> of(digest, recipient.address()))
                .toList();
    }

    /** The upstream's own name for the message; only a trusted peer is believed. */
    public static Optional<String> ident(Envelope envelope) {
        return envelope.peer().isTrusted()
                ? envelope.peer().xforward().flatMap(Peer.Xforward::ident)
                : Optional.empty();
    }

    private static JournalKey of(byte[] message, MailAddress recipient) {
        MessageDigest digest = Digest.SHA_256.start();
        digest.update(message);
        put(digest, recipient.toString());
        return of(digest.digest());
    }

    // An MTA on this machine may reach us over IPv4 now and over IPv6 then
    private static String upstream(InetAddress address) {
        return address.isLoopbackAddress() ? "loopback" : address.getHostAddress();
    }

    private static void content(MessageDigest digest, RawMessage message) throws IOException {
        long traced = 0;
        int count = 0;
        if (HeaderBlock.read(message, Budget.standard()) instanceof Parsed.Success<HeaderBlock>(HeaderBlock header)) {
            for (HeaderField field : header.fields()) {
                if (!field.is("Received") && !field.is("Return-Path")) {
                    break;
                }
                traced += field.raw().length;
                count++;
            }
        }
        digest.update(ByteBuffer.allocate(4).putInt(count).flip());
        message.from(traced).writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }

    /** With its length, so that two values never read as one. */
    private static void put(MessageDigest digest, String value) {
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(octets.length).flip());
        digest.update(octets);
    }
}
