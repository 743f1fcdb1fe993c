package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.postseal.certstore.Digest;
import org.postseal.gateway.mail.BodyDigest;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.header.Letters;

/**
 * Names a message before anything has looked into it, by a SHA-256 over the reverse path, the fields From, Subject,
 * Message-ID and Date, the length of the body and the body's first 64 KiB. It is the same at each attempt. Other fields
 * do not count, since a front end writes another Received at each attempt; a message without a body is named by its
 * header section. Without the fields, somebody could blame honest mail, of which they know the body, for a message that
 * hangs by its header section.
 *
 * @param hex 64 digits
 */
public record SuspectKey(String hex) {
    /** @throws IllegalArgumentException for anything but 64 lower-case digits */
    public SuspectKey {
        if (hex.length() != 2 * OCTETS || !Letters.areAll(hex, SuspectKey::isDigit)) {
            throw new IllegalArgumentException("not 64 hexadecimal digits: " + hex);
        }
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /** Makes a key from the 32 octets in the file. */
    static SuspectKey of(byte[] octets) {
        return new SuspectKey(HexFormat.of().formatHex(octets));
    }

    byte[] octets() {
        return HexFormat.of().parseHex(hex);
    }

    public static SuspectKey of(Envelope envelope, RawMessage message) throws IOException {
        MessageDigest digest = Digest.SHA_256.start();
        byte[] path = envelope.reversePath().wire().getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(path.length).flip());
        digest.update(path);
        LastingFields fields = new LastingFields();
        BodyDigest body = new BodyDigest(FIRST_OCTETS);
        try (InputStream in = message.open()) {
            byte[] piece = new byte[Math.clamp(message.size(), 1, 8 * 1024)];
            int count = in.read(piece);
            while (count > 0) {
                long before = body.headerOctets();
                body.write(piece, 0, count);
                fields.write(piece, 0, (int) (body.headerOctets() - before));
                count = body.isFull() ? 0 : in.read(piece);
            }
        }
        digest.update(fields.value());
        long bodyOctets = message.size() - body.headerOctets();
        digest.update(ByteBuffer.allocate(8).putLong(bodyOctets).flip());
        digest.update(bodyOctets == 0 ? start(message) : body.value());
        return of(digest.digest());
    }

    private static byte[] start(RawMessage message) throws IOException {
        MessageDigest digest = Digest.SHA_256.start();
        try (InputStream in = message.open()) {
            digest.update(in.readNBytes(FIRST_OCTETS));
        }
        return digest.digest();
    }

    static final int OCTETS = 32;
    private static final int FIRST_OCTETS = 64 * 1024;
}
