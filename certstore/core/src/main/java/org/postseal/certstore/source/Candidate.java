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
 * @param origin the place in the source, for example {@code userSMIMECertificate} or {@code SMIMEA 3 0 0}
 * @param tier the tier within the source, where 0 comes first; the search ends at the first tier that has a usable
 *     certificate
 * @param isFlagged whether the owner marked it as the one to use (encrypKeyPref, Outlook's default)
 * @param owner the addresses of the entry that holds it, the primary one first; the certificate may carry any of them.
 *     The list is empty if the source knows only the address asked for
 * @param helpers certificates that came along and help to build a path
 * @param capabilities S/MIME capabilities from the same place, with the same authority
 * @param vouching who vouches that the certificate belongs to the address
 * @param lifetime how long this answer holds, if the source says so (a DNS TTL)
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

    /** Creates a candidate with nothing but its certificate and origin. */
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

    /** Says why a certificate may be believed to belong to an address. */
    public sealed interface Vouching {
        /** A path to one of our anchors vouches for the certificate, and it carries the address. */
        record Path() implements Vouching {}

        /** A path to one of our anchors vouches for the certificate, and the administrator vouches for the address. */
        record Administrator() implements Vouching {}

        /** DNSSEC vouches for the certificate itself (RFC 8162, usage 3). Usage, time and blocks still count. */
        record DnssecCertificate() implements Vouching {}

        /**
         * DNSSEC vouches for an issuer that must be in the path (RFC 8162, usages 0 and 2). With {@code alsoOurs}, the
         * path must end at one of our anchors as well.
         */
        record DnssecAuthority(MailCertificate authority, boolean alsoOurs) implements Vouching {}
    }
}
