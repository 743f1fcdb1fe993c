package org.postseal.certstore.path;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ValidationCode;

/**
 * The rules for a path: those of RFC 5280, which the JDK's validator checks, and additional ones for its purpose and
 * for safety. They do not cover revocation. Immutable.
 */
final class PathRules {
    private final PolicyInputs policies;
    private final Predicate<MailCertificate> isIssuerFor;
    private final String purpose;

    /** Creates the rules for mail. */
    PathRules(PolicyInputs policies) {
        this(policies, MailCertificate::allowsMail, "mail");
    }

    /**
     * Creates the rules for a purpose.
     *
     * @param isIssuerFor says whether an issuer's extKeyUsage allows the purpose
     * @param purpose the purpose in words
     */
    PathRules(PolicyInputs policies, Predicate<MailCertificate> isIssuerFor, String purpose) {
        this.policies = policies;
        this.isIssuerFor = isIssuerFor;
        this.purpose = purpose;
    }

    /** Returns what is wrong with {@code path} (leaf first, anchor last) at {@code time}, or empty if nothing is. */
    Optional<CertificateStatus> complaint(List<MailCertificate> path, Instant time) {
        MailCertificate anchor = path.getLast();
        if (time.isBefore(anchor.notBefore()) || time.isAfter(anchor.notAfter())) {
            return untrusted(ValidationCode.ISSUER_OUT_OF_TIME, "trust anchor not valid at this time");
        }
        if (path.size() == 1) {
            return Optional.empty(); // the leaf is an anchor itself, trusted only for itself
        }
        try {
            for (MailCertificate issuer : path.subList(1, path.size())) {
                Optional<CertificateStatus> complaint = complaintAboutIssuer(issuer);
                if (complaint.isPresent()) {
                    return complaint;
                }
            }
            Optional<String> constraint = MailConstraints.complaint(path);
            if (constraint.isPresent()) {
                return untrusted(ValidationCode.ISSUER_WRONG_USAGE, constraint.get());
            }
            if (!PolicyBudget.holds(path)) {
                return untrusted(
                        ValidationCode.INTERNAL, "policy tree larger than " + PolicyBudget.MAX_NODES + " nodes");
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            // This is how Bouncy Castle reports a malformed extension.
            return untrusted(ValidationCode.MALFORMED, "malformed extension in the path");
        }
        return pkix(path, time);
    }

    private Optional<CertificateStatus> complaintAboutIssuer(MailCertificate issuer) {
        if (issuer.weakness().isPresent()) {
            return untrusted(
                    ValidationCode.SIGNATURE_INVALID,
                    "issuer: " + issuer.weakness().get());
        }
        if (!isIssuerFor.test(issuer)) {
            return untrusted(ValidationCode.ISSUER_WRONG_USAGE, "issuer's extKeyUsage does not allow " + purpose);
        }
        Extensions extensions = issuer.holder().getExtensions();
        BasicConstraints basic = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
        // An anchor of version 1 has no extension that could say that it is an authority.
        boolean isAuthority = basic == null ? issuer.holder().getVersionNumber() == 1 : basic.isCA();
        if (!isAuthority) {
            return untrusted(ValidationCode.ROLE_CONFUSED, "issuer is no certification authority");
        }
        KeyUsage usage = extensions == null ? null : KeyUsage.fromExtensions(extensions);
        return usage != null && !usage.hasUsages(KeyUsage.keyCertSign)
                ? untrusted(ValidationCode.ROLE_CONFUSED, "issuer may not sign certificates")
                : Optional.empty();
    }

    private Optional<CertificateStatus> pkix(List<MailCertificate> path, Instant time) {
        try {
            List<X509Certificate> below = path.subList(0, path.size() - 1).stream()
                    .map(MailCertificate::x509)
                    .toList();
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(below);
            // This validator does not support name constraints of the anchor itself. Those for mail were checked
            // before.
            PKIXParameters parameters =
                    new PKIXParameters(Set.of(new TrustAnchor(path.getLast().x509(), null)));
            parameters.setDate(Date.from(time));
            parameters.setRevocationEnabled(false);
            parameters.setInitialPolicies(policies.initialPolicies());
            parameters.setExplicitPolicyRequired(policies.requireExplicit());
            parameters.setPolicyMappingInhibited(policies.inhibitMapping());
            parameters.setAnyPolicyInhibited(policies.inhibitAny());
            // A qualifier is a note for a human reader, so a gateway ignores it (RFC 5280 §4.2.1.4).
            parameters.setPolicyQualifiersRejected(false);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            return untrusted(
                    codeOf(e.getReason()),
                    "certificate " + e.getIndex() + " of the path: " + e.getReason() + ": " + e.getMessage());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return untrusted(ValidationCode.MALFORMED, "path cannot be checked: " + e.getMessage());
        }
    }

    private static ValidationCode codeOf(CertPathValidatorException.Reason reason) {
        if (reason instanceof BasicReason basic) {
            return switch (basic) {
                case EXPIRED, NOT_YET_VALID -> ValidationCode.ISSUER_OUT_OF_TIME;
                case INVALID_SIGNATURE, ALGORITHM_CONSTRAINED -> ValidationCode.SIGNATURE_INVALID;
                case REVOKED, UNDETERMINED_REVOCATION_STATUS, UNSPECIFIED -> ValidationCode.MALFORMED;
            };
        }
        return reason instanceof PKIXReason pkix
                ? switch (pkix) {
                    case NAME_CHAINING -> ValidationCode.MALFORMED;
                    case INVALID_KEY_USAGE, NOT_CA_CERT, PATH_TOO_LONG -> ValidationCode.ROLE_CONFUSED;
                    case INVALID_POLICY, INVALID_NAME -> ValidationCode.ISSUER_WRONG_USAGE;
                    case NO_TRUST_ANCHOR -> ValidationCode.UNTRUSTED_ISSUER;
                    case UNRECOGNIZED_CRIT_EXT -> ValidationCode.INFORMATION_MISSING;
                }
                : ValidationCode.MALFORMED;
    }

    private static Optional<CertificateStatus> untrusted(ValidationCode code, String why) {
        return Optional.of(new CertificateStatus.Untrusted(code, why));
    }
}
