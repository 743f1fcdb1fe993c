package org.postseal.certstore.source;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * A certificate that a source offers for an address. Nothing about it has been checked.
 *
 * @param origin where in the source it stood: {@code userSMIMECertificate}, {@code SMIMEA 3 0 0}
 * @param tier within the source, 0 first; a usable one of a lower tier ends the search
 * @param isFlagged its owner marked it as the one to use (encrypKeyPref, Outlook's default)
 * @param owner addresses of the entry it stood in, the primary first; a certificate may carry any of them. Empty when the source knows none but the one asked for
 * @param helpers certificates that came along, to build a path with
 * @param capabilities said in the same place, and with the same authority
 * @param vouching who says that it belongs to the address
 * @param lifetime how long this answer holds by the source's own word (a DNS TTL)
 */
public record Candidate(
        MailCertificate certificate,
        String origin,
        int tier,
        boolean isFlagged,
        List<MailAddress> owner,
        List<MailCertificate> helpers,
        Optional<SmimeCapabilities> capabilities,
        Vouching vouching,
        Optional<Duration> lifetime) {
    public Candidate {
        owner = List.copyOf(owner);
        helpers = List.copyOf(helpers);
    }

    /** A certificate and nothing else to say about it. */
    public static Candidate of(MailCertificate certificate, String origin) {
        return new Candidate(
                certificate,
                origin,
                0,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                new Vouching.Path(),
                Optional.empty());
    }

    /** Why a certificate may be believed to belong to an address. */
    public sealed interface Vouching {
        /** By a path to one of our anchors, and by the address in it. */
        record Path() implements Vouching {}

        /** By a path to one of our anchors; for the address the administrator vouches. */
        record Administrator() implements Vouching {}

        /** By DNSSEC for the certificate itself (RFC 8162, usage 3); usage, time and blocks still count. */
        record DnssecCertificate() implements Vouching {}

        /** By DNSSEC for an issuer, from which a path must come (RFC 8162, usages 0 and 2). */
        record DnssecAuthority(MailCertificate authority, boolean alsoOurs) implements Vouching {}
    }
}
