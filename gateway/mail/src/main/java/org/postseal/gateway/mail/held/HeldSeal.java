package org.postseal.gateway.mail.held;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldOpening.Why;

/**
 * Seals held copies and opens them. The field of a copy stands directly above the octets of the message, and whoever
 * hands the copy on may only add fields above it. It covers these octets by their SHA-256 and their number.
 * Thread-safe.
 */
public final class HeldSeal {
    /** The name of the field. */
    public static final String NAME = "X-Postseal-Held";

    private final SealedField field;

    /** @param key the secret that all gateways of a fleet share */
    public HeldSeal(Secret key) {
        this.field = new SealedField(NAME, key, "held mail");
    }

    /**
     * Returns the whole field to be written directly above the original octets; empty if it would be so long that mail
     * servers cut it. This reads the message once.
     */
    public Optional<byte[]> field(HeldCopy copy, RawMessage original) throws IOException {
        byte[] whole = field.write(HeldFormat.write(new HeldFormat.Content(copy, digest(original), original.size())));
        return whole.length > LONGEST ? Optional.empty() : Optional.of(whole);
    }

    /** Opens a copy. This reads the message once. */
    public HeldOpening open(RawMessage message, Instant now) throws IOException {
        Look look = look(message, now);
        Optional<HeldCopy> copy = look.copy();
        if (look.why.isPresent() || copy.isEmpty()) {
            return new HeldOpening.Refused(look.why.orElse(Why.NOT_HELD), copy);
        }
        boolean isSame = look.content
                .filter(content -> content.octets() == look.rest.size())
                .map(HeldFormat.Content::sha256)
                .equals(Optional.of(digest(look.rest)));
        return isSame
                ? new HeldOpening.Opened(copy.get(), look.sealed, look.rest)
                : new HeldOpening.Refused(Why.ALTERED, copy);
    }

    /**
     * What the field of a copy says.
     *
     * @param content empty if no gateway with this key wrote the field
     * @param why why the copy must not be released; empty if only the octets of the message can tell
     * @param sealed the field with all that stands below it
     * @param rest what stands below the field
     */
    public record Look(Optional<HeldFormat.Content> content, Optional<Why> why, RawMessage sealed, RawMessage rest) {
        private static Look none(Why why, RawMessage message) {
            return new Look(Optional.empty(), Optional.of(why), message, message);
        }

        public Optional<HeldCopy> copy() {
            return content.map(HeldFormat.Content::copy);
        }
    }

    /** Looks for the field. The octets below it are not looked at, so the top of a copy is enough. */
    public Look look(RawMessage message, Instant now) throws IOException {
        return switch (field.find(message)) {
            case SealedField.Found.Read(RawMessage plain, RawMessage sealed, RawMessage rest) -> {
                Optional<HeldFormat.Content> content = HeldFormat.read(plain.toByteArray());
                Optional<Why> why = content.isEmpty()
                        ? Optional.of(Why.OF_ANOTHER_GATEWAY)
                        : content.filter(known -> !now.isBefore(known.copy().expires()))
                                .map(_ -> Why.EXPIRED);
                yield new Look(content, why, sealed, rest);
            }
            case SealedField.Found.Nothing _ -> Look.none(Why.NOT_HELD, message);
            case SealedField.Found.OfAnotherKey _ -> Look.none(Why.OF_ANOTHER_GATEWAY, message);
            case SealedField.Found.Altered _ -> Look.none(Why.ALTERED, message);
        };
    }

    private static String digest(RawMessage message) throws IOException {
        MessageDigest digest = Digest.SHA_256.start();
        message.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Postfix keeps 102400 octets of a field (header_size_limit), and drops the rest. */
    private static final int LONGEST = 90_000;
}
