package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;

/**
 * Judges whether one offer may be used for an address. The checks are, in this order: block, address, usage, and then
 * the path with time, strength and revocation. The first check that fails gives the status. Thread-safe.
 */
final class Judge {
    private final CertificateValidation validation;
    private final Blocks blocks;
    private final SelectionRules rules;

    record Wanted(MailAddress address, CertificatePurpose purpose, Instant time) {}

    Judge(CertificateValidation validation, Blocks blocks, SelectionRules rules) {
        this.validation = validation;
        this.blocks = blocks;
        this.rules = rules;
    }

    /** Returns why nothing may be used for an address. */
    Optional<CertificateStatus> whyNotAtAll(MailAddress address) {
        return blocks.reason(address).map(CertificateStatus.Blocked::new);
    }

    <T> Judged<T> judge(Offer<T> offer, Wanted wanted) {
        Candidate candidate = offer.candidate();
        boolean isExact = candidate.certificate().addresses().contains(wanted.address());
        Optional<CertificateStatus> refused = blocked(candidate.certificate())
                .or(() -> mismatch(candidate, isExact))
                .or(() -> wrongUsage(candidate.certificate()));
        if (refused.isPresent()) {
            return new Judged<>(offer, isExact, refused.get(), Instant.MAX, PathEvidence.NONE);
        }
        PathVerdict verdict = switch (candidate.vouching()) {
            case Vouching.Path _, Vouching.Administrator _ -> byPath(candidate, wanted, Optional.empty());
            case Vouching.DnssecAuthority(MailCertificate authority, boolean alsoOurs) ->
                byPath(candidate, wanted, Optional.of(new ValidationRequest.Through(authority, !alsoOurs)));
            case Vouching.DnssecCertificate _ -> alone(candidate.certificate(), wanted);
        };
        return new Judged<>(offer, isExact, verdict.status(), verdict.validUntil(), verdict.evidence());
    }

    /** Judges a certificate that no source offers, for example the signer of a message. */
    PathVerdict verify(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        Optional<CertificateStatus> refused = blocked(leaf).or(() -> wrongUsage(leaf));
        if (refused.isPresent()) {
            return new PathVerdict(refused.get(), List.of(), Instant.MAX);
        }
        ValidationRequest request = new ValidationRequest(
                leaf, brought.certificates(), brought.lists(), purpose, rules.inbound(), time, Optional.empty());
        boolean mayAsk = !brought.wasEncrypted() || rules.asksAfterDecrypting();
        return withoutBlockedIssuer(validation.validate(mayAsk ? request : request.asQuiet()));
    }

    /** Judges a key of ours, as {@link #judge} does for offers, and returns the path as well. */
    PathVerdict ofOurs(KeyHandle key, Wanted wanted) {
        MailCertificate leaf = key.certificate();
        return whyNotAtAll(wanted.address())
                .or(() -> blocked(leaf))
                .or(() -> wrongUsage(leaf))
                .map(refused -> new PathVerdict(refused, List.of(), Instant.MAX))
                .orElseGet(() -> byPath(leaf, key.chain(), wanted, Optional.empty()));
    }

    private PathVerdict byPath(Candidate candidate, Wanted wanted, Optional<ValidationRequest.Through> through) {
        return byPath(candidate.certificate(), candidate.helpers(), wanted, through);
    }

    private PathVerdict byPath(
            MailCertificate leaf,
            List<MailCertificate> helpers,
            Wanted wanted,
            Optional<ValidationRequest.Through> through) {
        return withoutBlockedIssuer(validation.validate(
                new ValidationRequest(leaf, helpers, wanted.purpose(), rules.outbound(), wanted.time(), through)));
    }

    // RFC 8162 §2.2 with RFC 6698 §2.1.1: with usage 3 no path is built, and the DNS vouches for this very certificate.
    private static PathVerdict alone(MailCertificate certificate, Wanted wanted) {
        Optional<CertificateStatus> refused =
                certificate.whyNot(wanted.purpose()).map(CertificateStatus.WrongUsage::new);
        if (refused.isEmpty() && wanted.time().isBefore(certificate.notBefore())) {
            return new PathVerdict(
                    new CertificateStatus.NotYetValid(certificate.notBefore()), List.of(), certificate.notBefore());
        }
        if (refused.isEmpty() && wanted.time().isAfter(certificate.notAfter())) {
            refused = Optional.of(new CertificateStatus.Expired(certificate.notAfter()));
        }
        return refused.or(() -> certificate.weakness().map(CertificateStatus.Untrusted::new))
                .map(status -> new PathVerdict(status, List.of(), Instant.MAX))
                .orElseGet(() -> new PathVerdict(
                        new CertificateStatus.Usable(),
                        List.of(certificate),
                        certificate.notAfter(),
                        new PathEvidence(List.of(new PathEvidence.Part(
                                certificate,
                                List.of(new PathEvidence.Revocation.Unanswered("DNSSEC vouches for it")))))));
    }

    private Optional<CertificateStatus> blocked(MailCertificate certificate) {
        return blocks.reason(certificate).map(CertificateStatus.Blocked::new);
    }

    private PathVerdict withoutBlockedIssuer(PathVerdict verdict) {
        for (MailCertificate issuer : verdict.path().stream().skip(1).toList()) {
            Optional<String> reason = blocks.reason(issuer);
            if (reason.isPresent()) {
                return new PathVerdict(
                        new CertificateStatus.Blocked("issuer: " + reason.get()),
                        List.of(),
                        verdict.validUntil(),
                        verdict.evidence());
            }
        }
        return verdict;
    }

    private Optional<CertificateStatus> mismatch(Candidate candidate, boolean isExact) {
        boolean isWaived = switch (candidate.vouching()) {
            case Vouching.Administrator _, Vouching.DnssecCertificate _ -> true;
            case Vouching.Path _, Vouching.DnssecAuthority _ -> false;
        };
        if (isExact || isWaived) {
            return Optional.empty();
        }
        List<MailAddress> carried = candidate.certificate().addresses();
        boolean isOwners = candidate.owner().stream()
                .limit(rules.useSecondaryProxies() ? Integer.MAX_VALUE : 1)
                .anyMatch(carried::contains);
        if (isOwners) {
            return Optional.empty();
        }
        return Optional.of(new CertificateStatus.AddressMismatch(
                carried.isEmpty() ? "it carries no address" : "it carries " + shortened(carried)));
    }

    private static String shortened(List<MailAddress> addresses) {
        String first = addresses.getFirst().toString();
        return addresses.size() == 1 ? first : first + " and " + (addresses.size() - 1) + " more";
    }

    private Optional<CertificateStatus> wrongUsage(MailCertificate certificate) {
        if (!rules.requireMailUsage()) {
            return Optional.empty();
        }
        Extensions extensions = certificate.holder().getExtensions();
        ExtendedKeyUsage usage = extensions == null ? null : ExtendedKeyUsage.fromExtensions(extensions);
        return usage != null && usage.hasKeyPurposeId(KeyPurposeId.id_kp_emailProtection)
                ? Optional.empty()
                : Optional.of(new CertificateStatus.WrongUsage("extKeyUsage does not name emailProtection"));
    }
}
