package org.postseal.certstore.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;

/**
 * Decides whether a certificate from a signed message may be remembered for encrypting later. It has no state.
 *
 * <p>Anybody who can make us remember a certificate can read the mail that follows. So this demands a verified
 * signature, a valid path, the sender's address in both certificates, and a plausible time. If the key differs from the
 * known one, the database leaves the decision to a human. Remembered certificates come after pins and directory servers
 * in the order of sources, and never replace them.
 */
public final class Harvest {
    /**
     * How far ahead of the gateway's clock a signing time may be, since clocks differ. RFC 8551 §2.7.1 forbids
     * capabilities from the far future.
     */
    public static final Duration AHEAD = Duration.ofHours(1);

    private Harvest() {}

    /**
     * Returns why nothing may be remembered, or empty if the offered certificate may be. The database then judges
     * whether it contradicts what is known.
     */
    public static Optional<String> whyNot(SignatureFacts facts, Instant now) {
        return whyNotBelieved(facts, now).or(() -> whyNotEncrypt(facts));
    }

    private static Optional<String> whyNotBelieved(SignatureFacts facts, Instant now) {
        if (!facts.isVerified()) {
            return Optional.of("signature not verified");
        }
        if (!facts.addressMatches() || !facts.signer().addresses().contains(facts.sender())) {
            return Optional.of("signer's certificate does not carry the sender's address");
        }
        if (!(facts.signerStatus() instanceof CertificateStatus.Usable)) {
            return Optional.of("signer's certificate: " + facts.signerStatus().text());
        }
        if (facts.signingTime().isEmpty()) {
            return Optional.of("no signing time, so nobody can tell whether it is old");
        }
        Instant time = facts.signingTime().get();
        if (time.isAfter(now.plus(AHEAD))) {
            return Optional.of("signing time in the future: " + time);
        }
        return time.isBefore(facts.signer().notBefore())
                        || time.isAfter(facts.signer().notAfter())
                ? Optional.of("signing time outside the validity of the signer's certificate: " + time)
                : Optional.empty();
    }

    private static Optional<String> whyNotEncrypt(SignatureFacts facts) {
        String which = facts.preferred().isPresent() ? "preferred certificate" : "signer's certificate";
        // A signer can name anybody's certificate as the preferred one.
        if (!facts.offered().addresses().contains(facts.sender())) {
            return Optional.of(which + " does not carry the sender's address");
        }
        return facts.encryptionStatus() instanceof CertificateStatus.Usable
                ? Optional.empty()
                : Optional.of(which + ": " + facts.encryptionStatus().text());
    }
}
