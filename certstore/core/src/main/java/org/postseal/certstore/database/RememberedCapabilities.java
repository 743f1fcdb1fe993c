package org.postseal.certstore.database;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/** What owners of public keys said they can read. The newest word counts (RFC 8551 §2.7.1). */
public final class RememberedCapabilities {
    /** How far the signer's clock may be ahead of ours. */
    public static final Duration MAX_AHEAD = Duration.ofHours(24);

    private final Access access;

    RememberedCapabilities(Access access) {
        this.access = access;
    }

    /**
     * Capabilities under a signature that was verified, made with a valid certificate of the owner. Whoever makes one says that this is so (RFC 8551 §2.7).
     *
     * @param certificate of the key they are about
     * @param signingTime by the signer's word
     */
    public record VerifiedCapabilities(
            MailCertificate certificate, SmimeCapabilities capabilities, Instant signingTime) {}

    /** What became of them. */
    public enum Outcome {
        /** They count from now on. */
        REMEMBERED,
        /** Newer ones, or just these, are known. */
        NOT_NEWER,
        /** Their signing time lies in the future; a wrong clock would make them count for ever. */
        FROM_THE_FUTURE
    }

    /** Remembers them if they are the newest. Costs no write when they are not. */
    public Outcome remember(VerifiedCapabilities verified, Instant now) {
        if (verified.signingTime().isAfter(now.plus(MAX_AHEAD))) {
            return Outcome.FROM_THE_FUTURE;
        }
        PublicKeyId key = PublicKeyId.of(verified.certificate());
        boolean isKnown = access.read(sql -> sql.exists(
                "SELECT 1 FROM capability WHERE public_key = ? AND signing_time >= ?", key, verified.signingTime()));
        if (isKnown) {
            return Outcome.NOT_NEWER;
        }
        int changed = access.writeAside(sql -> sql.update(
                "INSERT INTO capability (public_key, der, signing_time) VALUES (?, ?, ?)"
                        + " ON CONFLICT (public_key) DO UPDATE SET der = excluded.der, signing_time = excluded.signing_time"
                        + " WHERE capability.signing_time < excluded.signing_time",
                key,
                verified.capabilities().der(),
                verified.signingTime()));
        return changed > 0 ? Outcome.REMEMBERED : Outcome.NOT_NEWER;
    }

    /** What is known of the key of {@code certificate}. */
    public Optional<SmimeCapabilities> of(MailCertificate certificate) {
        return access.read(sql -> sql.first(BY_KEY, row -> row.getBytes("der"), PublicKeyId.of(certificate)))
                .flatMap(SmimeCapabilities::of);
    }

    static final String BY_KEY = "SELECT der FROM capability WHERE public_key = ?";
}
