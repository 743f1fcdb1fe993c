package org.postseal.certstore.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;

/**
 * The rule of harvesting: what of a signed message may be remembered to encrypt with later. Pure.
 *
 * <p>Whoever can make us remember a certificate reads the mail that follows. So it takes a verified signature, a valid path, the sender's address in both
 * certificates and a time that can be; a key other than the known one is for a human to look at, unless the known one has simply expired. What is remembered
 * stands behind pins and directory servers in the order of sources, and never replaces them.
 */
public final class Harvest {
    /** How far a signing time may lie ahead (RFC 8551 §2.5.2 wants the far future refused): clocks differ. */
    public static final Duration AHEAD = Duration.ofHours(1);

    private Harvest() {}

    /** Why nothing of it may be remembered; empty when it may. Whether it contradicts what is known is for the store to say, which knows it. */
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
        // named by the signer, but anybody's certificate can be named
        if (!facts.offered().addresses().contains(facts.sender())) {
            return Optional.of(which + " does not carry the sender's address");
        }
        return facts.encryptionStatus() instanceof CertificateStatus.Usable
                ? Optional.empty()
                : Optional.of(which + ": " + facts.encryptionStatus().text());
    }
}
