package org.postseal.certstore.remote.smimea;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;
import org.postseal.certstore.source.CertificateSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the certificates of SMIMEA records. Thread-safe. It keeps nothing apart from what its resolver keeps.
 *
 * <p>Only a record with a whole certificate makes a candidate. A record with a digest or a bare key makes none. A
 * record with an issuer's certificate (usages 0 and 2 are meant for that) helps to build paths; with usage 2 it also
 * vouches for the certificates beside it.
 */
public final class SmimeaCertificateSource implements CertificateSource {
    private static final Logger LOG = LoggerFactory.getLogger(SmimeaCertificateSource.class);

    private final SmimeaResolver resolver;
    private final Predicate<Domain> isOwn;

    /** @param isOwn true for domains whose certificates we know better than DNS; DNS is never asked for them */
    public SmimeaCertificateSource(SmimeaResolver resolver, Predicate<Domain> isOwn) {
        this.resolver = resolver;
        this.isOwn = isOwn;
    }

    @Override
    public String name() {
        return "smimea";
    }

    /** Returns false, since each domain has its own name servers. */
    @Override
    public boolean failsAsAWhole() {
        return false;
    }

    @Override
    public boolean covers(MailAddress address) {
        return !isOwn.test(address.domain()) && SmimeaName.of(address).isPresent();
    }

    @Override
    public List<Candidate> find(MailAddress address) {
        return lookUp(address).candidates();
    }

    /** Works as {@link #find}, and also says what was found about every record. */
    public Found lookUp(MailAddress address) {
        Optional<SmimeaName> name = SmimeaName.of(address);
        if (name.isEmpty()) {
            return Found.nothing("no name can be made of the address");
        }
        Found found = switch (resolver.resolve(name.get())) {
            case SmimeaAnswer.Absent(String why) -> Found.nothing(why);
            case SmimeaAnswer.Secure secure -> read(secure);
        };
        LOG.debug("{}: {}", name.get(), found.explanation());
        return found;
    }

    /**
     * The result of a look-up.
     *
     * @param explanation one line about what was found and what was not
     */
    public record Found(List<Candidate> candidates, String explanation) {
        public Found {
            candidates = List.copyOf(candidates);
        }

        static Found nothing(String why) {
            return new Found(List.of(), why);
        }
    }

    private record Held(SmimeaRecord record, MailCertificate certificate) {}

    static Found read(SmimeaAnswer.Secure answer) {
        List<Held> leaves = new ArrayList<>();
        List<Held> issuers = new ArrayList<>();
        int without = 0;
        List<String> refused = new ArrayList<>();
        for (SmimeaRecord record : answer.records()) {
            try {
                Optional<MailCertificate> certificate = record.certificate();
                if (certificate.isEmpty()) {
                    without++;
                } else if (isIssuer(certificate.get())) {
                    issuers.add(new Held(record, certificate.get()));
                } else {
                    leaves.add(new Held(record, certificate.get()));
                }
            } catch (CertificateException e) {
                refused.add(record.origin() + ": " + e.getMessage());
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        List<MailCertificate> helpers = issuers.stream().map(Held::certificate).toList();
        for (Held leaf : leaves) {
            candidates.add(candidate(leaf, vouching(leaf), helpers, answer.lifetime()));
            if (leaf.record().usage() == SmimeaRecord.Usage.PKIX_EE) {
                // Records are alternatives (RFC 6698 §2.1): an anchor beside the certificate may complete a path that
                // our own anchors do not.
                issuers.stream()
                        .filter(issuer -> issuer.record().usage() == SmimeaRecord.Usage.DANE_TA)
                        .map(issuer -> new Vouching.DnssecAuthority(issuer.certificate(), false))
                        .forEach(vouching -> candidates.add(candidate(leaf, vouching, helpers, answer.lifetime())));
            }
        }
        String explanation = answer.records().size() + answer.unknown() + " records: " + leaves.size()
                + " certificates, " + issuers.size() + " issuers, " + without + " without a certificate, "
                + answer.unknown() + " of unknown kind, " + refused.size() + " refused"
                + (refused.isEmpty() ? "" : " (" + String.join("; ", refused) + ")");
        return new Found(candidates, explanation);
    }

    // RFC 5280 §4.2.1.9: a certificate of version 1, or one without the extension, counts as end entity.
    private static boolean isIssuer(MailCertificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0;
    }

    private static Vouching vouching(Held leaf) {
        return switch (leaf.record().usage()) {
            case PKIX_TA -> new Vouching.DnssecAuthority(leaf.certificate(), true);
            case PKIX_EE -> new Vouching.Path();
            case DANE_TA -> new Vouching.DnssecAuthority(leaf.certificate(), false);
            case DANE_EE -> new Vouching.DnssecCertificate();
        };
    }

    private static Candidate candidate(Held leaf, Vouching vouching, List<MailCertificate> helpers, Duration lifetime) {
        return new Candidate(
                leaf.certificate(),
                leaf.record().origin(),
                0,
                false,
                List.of(),
                helpers,
                // RFC 8162 §5: from the certificate's own extension (RFC 4262), since no signed mail is at hand.
                leaf.certificate().capabilities(),
                vouching,
                Optional.of(lifetime));
    }
}
