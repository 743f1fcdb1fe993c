package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.BodyDigest;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;

/**
 * The field by which a gateway knows a message that it has sent before: an HMAC-SHA-256 over day, role of the listener,
 * body and recipients, under a key that all nodes share.
 *
 * <p>A valid stamp on the same role says that this very copy goes in a circle, and nothing else. No rule asks for the
 * stamp, so copying it gains nobody anything. A copy that comes back with another body or to other recipients, as
 * through a list or a forward, has no valid stamp; the Received fields are counted for those (RFC 5321 §6.3). An opened
 * copy gets no stamp, since that would confirm a guess of its body.
 *
 * <p>Thread-safe.
 */
public final class LoopStamp {
    /** The name of the field; an incoming field of this name never leaves. */
    public static final String NAME = "X-Postseal-Stamp";

    private final SecretKeySpec key;

    /** @param key the shared secret, 16 octets or more */
    public LoopStamp(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The whole field for a copy that leaves. This reads the body once. */
    byte[] field(RawMessage copy, Peer.Role role, Collection<MailAddress> recipients, Instant now) throws IOException {
        long day = day(now);
        String value = encode(mac(day, role, bodyDigest(copy), recipients));
        return (NAME + ": " + day + " " + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * True if the message has a stamp of the last days for exactly this body and these recipients. This reads the body
     * only if there is a stamp.
     */
    boolean isOn(
            HeaderBlock header, RawMessage message, Peer.Role role, Collection<MailAddress> recipients, Instant now)
            throws IOException {
        List<HeaderField> stamps = header.all(NAME);
        if (stamps.isEmpty()) {
            return false;
        }
        byte[] body = bodyDigest(message);
        long today = day(now);
        List<byte[]> valid = new java.util.ArrayList<>();
        // Tomorrow counts too, since the clock of another node may be ahead.
        for (long day = today - DAYS; day <= today + 1; day++) {
            valid.add(stampText(day, encode(mac(day, role, body, recipients))));
        }
        return stamps.stream()
                .map(field -> field.unfolded().strip().getBytes(StandardCharsets.UTF_8))
                .anyMatch(given -> valid.stream().anyMatch(each -> MessageDigest.isEqual(each, given)));
    }

    private static byte[] stampText(long day, String value) {
        return (day + " " + value).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] mac(long day, Peer.Role role, byte[] body, Collection<MailAddress> recipients) {
        Mac mac = newMac();
        put(mac, "Postseal stamp 1");
        put(mac, Long.toString(day));
        put(mac, role.name());
        mac.update(body);
        TreeSet<String> sorted = new TreeSet<>();
        recipients.forEach(recipient -> sorted.add(recipient.key()));
        sorted.forEach(recipient -> put(mac, recipient));
        return mac.doFinal();
    }

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    // Each text goes in with its length, so that no two lists give the same octets.
    private static void put(Mac mac, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(octets.length).flip());
        mac.update(octets);
    }

    private static byte[] bodyDigest(RawMessage message) throws IOException {
        BodyDigest digest = new BodyDigest();
        message.writeTo(digest);
        return digest.value();
    }

    private static String encode(byte[] mac) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    private static long day(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC).toEpochDay();
    }

    private static final String ALGORITHM = "HmacSHA256";
    // An MTA keeps what it cannot deliver in its queue for five days. A mail that somebody resends by hand later is not
    // in a loop.
    private static final int DAYS = 6;
}
