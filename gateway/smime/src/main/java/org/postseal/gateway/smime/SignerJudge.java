package org.postseal.gateway.smime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.UnsupportedAlgorithms;
import org.postseal.certstore.directory.Brought;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerdict.Valid;
import org.postseal.gateway.smime.SignerReport.Role;
import org.postseal.gateway.smime.SignerReport.Strength;
import org.postseal.policy.protection.LegacyAlgorithm;

/** Judges the signers of one message, each by itself and then all together. Not thread-safe. */
final class SignerJudge {
    private final VerificationTerms terms;
    private final Shown shown;
    private final VerifiedSigner.Observer observer;
    private final List<SignerReport> reports = new ArrayList<>();

    SignerJudge(VerificationTerms terms, Shown shown, VerifiedSigner.Observer observer) {
        this.terms = terms;
        this.shown = shown;
        this.observer = observer;
    }

    /** Returns the reports on the signers judged so far. */
    List<SignerReport> reports() {
        return Collections.unmodifiableList(reports);
    }

    /** @throws CmsLimitException if it costs too much to judge them */
    SignatureVerdict judge(SignedDataReader.Contents contents, Map<DigestAlgorithm, byte[]> digests)
            throws CmsLimitException {
        if (contents.signers().isEmpty()) {
            return SignatureVerdict.of(Cause.NO_SIGNER, Optional.empty());
        }
        SignerCheck check = new SignerCheck(
                contents.contentType(), digests, contents.certificates(), terms.store(), terms.believed());
        List<Good> good = new ArrayList<>();
        List<SignatureVerdict> bad = new ArrayList<>();
        // Equal SignerInfos say nothing new.
        for (SignerInfo signer : new LinkedHashSet<>(contents.signers())) {
            switch (checked(check, signer)) {
                case SignerCheck.Result.Bad(Cause cause, Optional<MailCertificate> certificate) ->
                    bad.add(report(
                            signer, Role.ORIGINATOR, isIntact(check, signer), SignatureVerdict.of(cause, certificate)));
                case SignerCheck.Result.Good(List<MailCertificate> signers, SignerAttributes attributes) -> {
                    switch (report(signer, attributes.role(), true, trust(signers, contents))) {
                        case Valid valid ->
                            good.add(new Good(
                                    valid,
                                    attributes,
                                    algorithm(signer).flatMap(SignerJudge::old).isPresent()));
                        case SignatureVerdict other -> bad.add(other);
                    }
                }
            }
        }
        return bad.isEmpty() ? matching(good, contents) : worst(bad);
    }

    /** Returns the verdict if what is wrong concerns all signers. */
    SignatureVerdict unjudged(SignedDataReader.Contents contents, Cause cause) {
        SignatureVerdict verdict = SignatureVerdict.of(cause, Optional.empty());
        contents.signers().forEach(signer -> report(signer, Role.ORIGINATOR, false, verdict));
        return verdict;
    }

    // An exception that a parser of foreign octets throws at one signer must not hide the others.
    private static SignerCheck.Result checked(SignerCheck check, SignerInfo signer) throws CmsLimitException {
        try {
            return check.check(signer);
        } catch (StoreUnavailableException ourFault) {
            throw ourFault;
        } catch (RuntimeException malformed) {
            return new SignerCheck.Result.Bad(Cause.MALFORMED, Optional.empty());
        }
    }

    private static boolean isIntact(SignerCheck check, SignerInfo signer) {
        try {
            return check.isIntact(signer);
        } catch (RuntimeException malformed) {
            return false;
        }
    }

    private SignatureVerdict report(SignerInfo signer, Role role, boolean isIntact, SignatureVerdict verdict) {
        Optional<MailCertificate> certificate = verdict.certificate();
        Optional<VerificationAlgorithm.Allowed> algorithm = algorithm(signer);
        boolean isWeak = algorithm.filter(each -> each.digest().isLegacy()).isPresent()
                || certificate.flatMap(MailCertificate::weakness).isPresent();
        Strength known = algorithm.isPresent() ? Strength.STRONG : Strength.UNKNOWN;
        reports.add(new SignerReport(
                certificate,
                algorithm.map(VerificationAlgorithm.Allowed::text).orElseGet(() -> identifiers(signer)),
                algorithm.flatMap(SignerJudge::old),
                isWeak ? Strength.WEAK : known,
                role,
                certificate.filter(each -> speaksFor(each, role)).isPresent(),
                isIntact,
                verdict));
        return verdict;
    }

    private static Optional<LegacyAlgorithm> old(VerificationAlgorithm.Allowed algorithm) {
        return algorithm.digest().word().flatMap(LegacyAlgorithm::of);
    }

    private boolean speaksFor(MailCertificate certificate, Role role) {
        return terms.from()
                .filter(author -> switch (role) {
                    case ORIGINATOR -> certificate.addresses().contains(author);
                    case DOMAIN -> DomainSigner.covers(certificate, author);
                })
                .isPresent();
    }

    // This also finds an old algorithm, whether or not it is believed.
    private static Optional<VerificationAlgorithm.Allowed> algorithm(SignerInfo signer) {
        try {
            return VerificationAlgorithm.of(
                                    signer.getDigestAlgorithm(),
                                    signer.getDigestEncryptionAlgorithm(),
                                    Believed.ALL_OLD)
                            instanceof VerificationAlgorithm.Allowed allowed
                    ? Optional.of(allowed)
                    : Optional.empty();
        } catch (RuntimeException malformed) {
            return Optional.empty();
        }
    }

    private static String identifiers(SignerInfo signer) {
        ASN1ObjectIdentifier signature = signer.getDigestEncryptionAlgorithm().getAlgorithm();
        String text = UnsupportedAlgorithms.name(signature).orElse(signature.getId()) + " "
                + signer.getDigestAlgorithm().getAlgorithm().getId();
        return text.length() <= 128 ? text : text.substring(0, 128) + "...";
    }

    // A signature that was checked and found bad says more than one that could not be judged.
    private static SignatureVerdict worst(List<SignatureVerdict> bad) {
        return bad.stream()
                .filter(SignatureVerdict.Invalid.class::isInstance)
                .findFirst()
                .orElse(bad.getFirst());
    }

    // RFC 8550 §3: an address of a signer must be the From address. With several From addresses, no signer matches.
    private SignatureVerdict matching(List<Good> good, SignedDataReader.Contents contents) {
        Optional<MailCertificate> first = Optional.of(good.getFirst().verdict().signer());
        if (terms.from().isEmpty()) {
            return SignatureVerdict.of(Cause.FROM_AMBIGUOUS, first);
        }
        Optional<Good> match = good.stream()
                .filter(each -> speaksFor(each.verdict().signer(), Role.ORIGINATOR))
                .findFirst()
                .or(() -> ofDomain(good));
        if (match.isEmpty()) {
            return SignatureVerdict.of(Cause.ADDRESS_MISMATCH, first);
        }
        Valid verdict = match.get().verdict();
        Optional<Cause> doubt = shown.doubt(contents.contentType(), match.get().attributes());
        if (doubt.isPresent()) {
            return SignatureVerdict.of(doubt.get(), Optional.of(verdict.signer()));
        }
        // Only the recipient's own setting makes an old signature believed, but everybody uses the certificates that
        // are learned here. So nothing is learned from an old signature. The key of a domain belongs to no person, and
        // is not learned either.
        if (!match.get().isOld() && speaksFor(verdict.signer(), Role.ORIGINATOR)) {
            tell(terms.from().get(), match.get(), contents.certificates());
        }
        return verdict;
    }

    // RFC 3183 §3.1.1: both names must be there, and every signer must say that it signs for a domain.
    private Optional<Good> ofDomain(List<Good> good) {
        boolean mayBe = terms.believed().domains()
                && good.stream().allMatch(each -> each.attributes().role() == Role.DOMAIN);
        return good.stream()
                .filter(each -> mayBe && speaksFor(each.verdict().signer(), Role.DOMAIN))
                .findFirst();
    }

    private void tell(MailAddress author, Good good, List<MailCertificate> fromMessage) {
        Valid verdict = good.verdict();
        VerifiedSigner signer;
        try {
            signer = new VerifiedSigner(
                    author,
                    verdict.signer(),
                    new VerifiedSigner.Claims(
                            good.attributes().signingTime(),
                            good.attributes().capabilities(),
                            good.attributes().encryptionCertificate(verdict.signer(), fromMessage)),
                    terms.time(),
                    fromMessage,
                    terms.wasEncrypted(),
                    shown.program());
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            // The signature may still be good. There is just nothing that can be learned from this message.
            return;
        }
        observer.verified(signer);
    }

    private record Good(Valid verdict, SignerAttributes attributes, boolean isOld) {}

    // Several certificates may fit one signer, for example renewed ones with the same key. Any usable one will do.
    private SignatureVerdict trust(List<MailCertificate> signers, SignedDataReader.Contents contents) {
        SignatureVerdict verdict = SignatureVerdict.of(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty());
        Brought brought = new Brought(contents.certificates(), contents.lists(), terms.wasEncrypted());
        for (MailCertificate signer : signers.reversed()) {
            PathVerdict path = terms.store().validate(signer, brought, CertificatePurpose.SIGN, terms.time());
            if (path.status() instanceof CertificateStatus.Usable) {
                return new Valid(signer, path.path());
            }
            verdict = SignatureVerdict.of(cause(path.status()), Optional.of(signer));
        }
        return verdict;
    }

    private static Cause cause(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> throw new IllegalArgumentException("usable");
            case CertificateStatus.Missing _ -> Cause.SIGNER_CERTIFICATE_MISSING;
            case CertificateStatus.NotYetValid _ -> Cause.CERTIFICATE_NOT_YET_VALID;
            case CertificateStatus.Expired _ -> Cause.CERTIFICATE_EXPIRED;
            case CertificateStatus.Revoked _, CertificateStatus.IssuerRevoked _ -> Cause.CERTIFICATE_REVOKED;
            case CertificateStatus.Untrusted _, CertificateStatus.Blocked _, CertificateStatus.AddressMismatch _ ->
                Cause.CERTIFICATE_UNTRUSTED;
            case CertificateStatus.WrongUsage _ -> Cause.CERTIFICATE_WRONG_USAGE;
            case CertificateStatus.RevocationUnknown _, CertificateStatus.RevocationOffline _ ->
                Cause.REVOCATION_UNKNOWN;
        };
    }
}
