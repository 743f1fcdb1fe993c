package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.NOTICE;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.baseline;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.postseal.certstore.authority.lint.LintedCertificate.SubjectType;

/** The rules of the Baseline Requirements about extensions, except for usage and names. */
final class ExtensionRules {
    private ExtensionRules() {}

    static List<Rule> rules() {
        return List.of(
                baseline(
                        "br-crl-absent",
                        "7.1.2.3 b",
                        ERROR,
                        c -> when(c.distributionPoints().isEmpty(), "no URI of a revocation list stands in it")),
                baseline(
                        "br-crl-scheme",
                        "7.1.2.3 b",
                        ERROR,
                        c -> scheme(c, c.distributionPoints(), "revocation lists")),
                baseline(
                        "br-crl-critical",
                        "7.1.2.3 b",
                        WARNING,
                        c -> when(c.isCritical(Extension.cRLDistributionPoints), "cRLDistributionPoints is critical")),
                baseline(
                        "br-aia-absent",
                        "7.1.2.3 c",
                        NOTICE,
                        c -> when(
                                access(c, AccessDescription.id_ad_caIssuers).isEmpty(),
                                "nothing says where the issuer's certificate is")),
                baseline(
                        "br-aia-critical",
                        "7.1.2.3 c",
                        ERROR,
                        c -> when(c.isCritical(Extension.authorityInfoAccess), "authorityInfoAccess is critical")),
                baseline(
                        "br-aia-scheme",
                        "7.1.2.3 c",
                        ERROR,
                        c -> scheme(c, access(c, AccessDescription.id_ad_caIssuers), "the issuer's certificate")
                                .or(() -> scheme(c, access(c, AccessDescription.id_ad_ocsp), "OCSP"))),
                baseline(
                        "br-aia-internal",
                        "7.1.2.3 c, 7.1.2.4",
                        WARNING,
                        c -> Stream.of(AccessDescription.id_ad_caIssuers, AccessDescription.id_ad_ocsp)
                                .flatMap(method -> access(c, method).stream())
                                .filter(ExtensionRules::isInternal)
                                .findFirst()
                                .map(uri -> "the public Internet has no such host: " + uri)),
                baseline(
                        "br-path-length",
                        "7.1.2.3 d",
                        ERROR,
                        c -> when(hasPathLength(c), "basicConstraints of a user's certificate has a path length")),
                baseline(
                        "br-aki-absent",
                        "7.1.2.3 g",
                        ERROR,
                        c -> when(
                                authorityKey(c)
                                        .map(AuthorityKeyIdentifier::getKeyIdentifierOctets)
                                        .isEmpty(),
                                "authorityKeyIdentifier is absent, or without keyIdentifier")),
                baseline(
                        "br-aki-critical",
                        "7.1.2.3 g",
                        ERROR,
                        c -> when(
                                c.isCritical(Extension.authorityKeyIdentifier), "authorityKeyIdentifier is critical")),
                baseline(
                        "br-aki-issuer",
                        "7.1.2.3 g",
                        ERROR,
                        c -> when(
                                authorityKey(c)
                                        .filter(each -> each.getAuthorityCertIssuer() != null
                                                || each.getAuthorityCertSerialNumber() != null)
                                        .isPresent(),
                                "authorityKeyIdentifier names the issuer's issuer and serial number")),
                baseline(
                        "br-capabilities-critical",
                        "7.1.2.3 i",
                        ERROR,
                        c -> when(
                                c.isCritical(PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities),
                                "smimeCapabilities is critical")),
                baseline(
                        "br-subject-directory",
                        "7.1.2.3 j",
                        ERROR,
                        c -> when(
                                c.has(Extension.subjectDirectoryAttributes)
                                        && (!c.isLegacy() || c.isCritical(Extension.subjectDirectoryAttributes)),
                                "subjectDirectoryAttributes is not allowed in this generation, or critical")),
                baseline(
                        "br-qc-critical",
                        "7.1.2.3 k",
                        ERROR,
                        c -> when(c.isCritical(Extension.qCStatements), "qcStatements is critical")),
                baseline("br-lei", "7.1.2.3 l", ERROR, ExtensionRules::lei),
                baseline(
                        "br-adobe",
                        "7.1.2.3 m",
                        ERROR,
                        c -> when(
                                c.isStrict()
                                        ? c.has(ADOBE_TIME_STAMP) || c.has(ADOBE_ARCHIVE)
                                        : c.isCritical(ADOBE_TIME_STAMP) || c.isCritical(ADOBE_ARCHIVE),
                                "an extension of Adobe's is not allowed in this generation, or critical")),
                baseline(
                        "br-ski-critical",
                        "7.1.2.3 n",
                        ERROR,
                        c -> when(c.isCritical(Extension.subjectKeyIdentifier), "subjectKeyIdentifier is critical")));
    }

    private static Optional<String> scheme(LintedCertificate c, List<String> uris, String what) {
        if (uris.isEmpty()) {
            return Optional.empty();
        }
        boolean isRight = c.isLegacy()
                ? uris.stream().anyMatch(ExtensionRules::isHttp)
                : uris.stream().allMatch(ExtensionRules::isHttp);
        return when(!isRight, "a URI of " + what + " is not http: " + String.join(", ", uris));
    }

    private static boolean isHttp(String uri) {
        return uri.toLowerCase(Locale.ROOT).startsWith("http://");
    }

    private static List<String> access(LintedCertificate c, ASN1ObjectIdentifier method) {
        Extension extension = c.extension(Extension.authorityInfoAccess);
        if (extension == null) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (AccessDescription each : AuthorityInformationAccess.getInstance(extension.getParsedValue())
                .getAccessDescriptions()) {
            if (each.getAccessMethod().equals(method)
                    && each.getAccessLocation().getTagNo() == GeneralName.uniformResourceIdentifier) {
                found.add(((ASN1String) each.getAccessLocation().getName()).getString());
            }
        }
        return found;
    }

    private static boolean hasPathLength(LintedCertificate c) {
        Extension extension = c.extension(Extension.basicConstraints);
        return extension != null
                && BasicConstraints.getInstance(extension.getParsedValue()).getPathLenConstraintInteger() != null;
    }

    private static Optional<AuthorityKeyIdentifier> authorityKey(LintedCertificate c) {
        return Optional.ofNullable(c.extension(Extension.authorityKeyIdentifier))
                .map(each -> AuthorityKeyIdentifier.getInstance(each.getParsedValue()));
    }

    private static boolean isInternal(String uri) {
        Matcher host = HOST.matcher(uri.toLowerCase(Locale.ROOT));
        return host.lookingAt() && INTERNAL.matcher(host.group(1)).matches();
    }

    private static Optional<String> lei(LintedCertificate c) {
        boolean isProhibited = c.type() == SubjectType.MAILBOX || c.type() == SubjectType.INDIVIDUAL;
        if (isProhibited && (c.has(LEI) || c.has(LEI_ROLE))) {
            return Optional.of("a legal entity identifier is not allowed in this type");
        }
        if (c.type() == SubjectType.ORGANIZATION && c.has(LEI_ROLE)) {
            return Optional.of("a role of a legal entity is not allowed in this type");
        }
        return when(c.isCritical(LEI) || c.isCritical(LEI_ROLE), "the legal entity identifier is critical");
    }

    private static final Pattern HOST = Pattern.compile("[a-z]+://(?:[^/?#@]*@)?([^/?#:\\[]+)");
    /** Names without a dot, and top-level domains that are set apart (RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
    private static final Pattern INTERNAL = Pattern.compile(
            "[^.]+|.*\\.(local|localhost|test|invalid|internal|alt|onion|home\\.arpa|corp|home|lan|intranet)\\.?");

    static final ASN1ObjectIdentifier LEI = new ASN1ObjectIdentifier("1.3.6.1.4.1.52266.1");
    private static final ASN1ObjectIdentifier LEI_ROLE = new ASN1ObjectIdentifier("1.3.6.1.4.1.52266.2");
    private static final ASN1ObjectIdentifier ADOBE_TIME_STAMP = new ASN1ObjectIdentifier("1.2.840.113583.1.1.9.1");
    private static final ASN1ObjectIdentifier ADOBE_ARCHIVE = new ASN1ObjectIdentifier("1.2.840.113583.1.1.9.2");
}
