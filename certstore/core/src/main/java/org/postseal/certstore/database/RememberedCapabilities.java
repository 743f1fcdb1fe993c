package org.postseal.certstore.database;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/** S/MIME capabilities that owners of public keys announced. The newest ones count (RFC 8551 §2.7.1). */
public final class RememberedCapabilities {
    /** The signer's clock may be ahead of ours by this much. */
    public static final Duration MAX_AHEAD = Duration.ofHours(24);

    private final Access access;

    RememberedCapabilities(Access access) {
        this.access = access;
    }

    /**
     * Capabilities from a verified signature that was made with a valid certificate of the key's owner (RFC 8551 §2.7).
     * Callers that create this record assert this.
     *
     * @param certificate a certificate of the key that the capabilities are about
     * @param signingTime the time that the signer claims
     */
    public record VerifiedCapabilities(
            MailCertificate certificate, SmimeCapabilities capabilities, Instant signingTime) {}

    /** Says whether the capabilities were stored. */
    public enum Outcome {
        /** They count from now on. */
        REMEMBERED,
        /** Newer or equally old capabilities are known. */
        NOT_NEWER,
        /** Their signing time lies too far in the future. A signer's wrong clock would make them count for ever. */
        FROM_THE_FUTURE
    }

    /** Stores the capabilities if they are the newest. Otherwise this costs no write. */
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
                "INSERT INTO capability (public_key, der, signing_time) VALUES (?, ?, ?) ON CONFLICT (public_key)"
                        + " DO UPDATE SET der = excluded.der, signing_time = excluded.signing_time"
                        + " WHERE capability.signing_time < excluded.signing_time",
                key,
                verified.capabilities().der(),
                verified.signingTime()));
        return changed > 0 ? Outcome.REMEMBERED : Outcome.NOT_NEWER;
    }

    /** Returns what is known of the key of {@code certificate}. */
    public Optional<SmimeCapabilities> of(MailCertificate certificate) {
        return access.read(sql -> sql.first(BY_KEY, row -> row.getBytes("der"), PublicKeyId.of(certificate)))
                .flatMap(SmimeCapabilities::of);
    }

    static final String BY_KEY = "SELECT der FROM capability WHERE public_key = ?";
}
