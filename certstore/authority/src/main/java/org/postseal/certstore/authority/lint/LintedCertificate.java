package org.postseal.certstore.authority.lint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.util.Properties;
import org.postseal.certstore.MailCertificate;

/**
 * A certificate as the rules see it, read by Bouncy Castle, which takes many that the gateway refuses. For a malformed
 * part, a method throws what Bouncy Castle throws, and {@link CertificateLint} turns that into a finding.
 */
final class LintedCertificate {
    private final X509CertificateHolder holder;
    private final Optional<MailCertificate> usable;
    private final String whyUnusable;

    private LintedCertificate(X509CertificateHolder holder, Optional<MailCertificate> usable, String whyUnusable) {
        this.holder = holder;
        this.usable = usable;
        this.whyUnusable = whyUnusable;
    }

    static LintedCertificate of(MailCertificate certificate) {
        return new LintedCertificate(certificate.holder(), Optional.of(certificate), "");
    }

    static LintedCertificate of(byte[] der) throws IOException {
        X509CertificateHolder holder = read(der);
        try {
            return new LintedCertificate(holder, Optional.of(MailCertificate.of(der)), "");
        } catch (CertificateException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            return new LintedCertificate(holder, Optional.empty(), String.valueOf(why.getMessage()));
        }
    }

    private static X509CertificateHolder read(byte[] der) throws IOException {
        TOLERANCES.forEach(each -> Properties.setThreadOverride(each, true));
        try {
            return new X509CertificateHolder(der);
        } finally {
            TOLERANCES.forEach(Properties::removeThreadOverride);
        }
    }

    /** Says what the authority validated (BR §7.1.6.1). */
    enum SubjectType {
        MAILBOX,
        ORGANIZATION,
        SPONSOR,
        INDIVIDUAL
    }

    enum Generation {
        LEGACY,
        MULTIPURPOSE,
        STRICT
    }

    /** Returns the certificate, if it is one that the gateway can use. */
    Optional<MailCertificate> usable() {
        return usable;
    }

    /** Returns why the gateway cannot use the certificate. It may be called only if that is so. */
    String whyUnusable() {
        return whyUnusable;
    }

    X509CertificateHolder holder() {
        return holder;
    }

    Instant notBefore() {
        return holder.getNotBefore().toInstant();
    }

    /** Returns the algorithm of the public key. */
    AlgorithmIdentifier key() {
        return holder.getSubjectPublicKeyInfo().getAlgorithm();
    }

    /** Returns the policies of the CA/Browser Forum for S/MIME. */
    List<ASN1ObjectIdentifier> reserved() {
        Extension policies = extension(Extension.certificatePolicies);
        return policies == null
                ? List.of()
                : Stream.of(CertificatePolicies.getInstance(policies.getParsedValue())
                                .getPolicyInformation())
                        .map(PolicyInformation::getPolicyIdentifier)
                        .filter(each -> each.on(FORUM))
                        .toList();
    }

    /** Returns whether the policy is one of 2.23.140.1.5.{1..4}.{1..3}. */
    static boolean isDefined(ASN1ObjectIdentifier policy) {
        return policy.getId().matches("2\\.23\\.140\\.1\\.5\\.[1-4]\\.[1-3]");
    }

    boolean isAuthority() {
        Extension constraints = extension(Extension.basicConstraints);
        return constraints != null
                && BasicConstraints.getInstance(constraints.getParsedValue()).isCA();
    }

    /** Compares the octets: to compare two long names by their meaning may take hours. */
    boolean isSelfIssued() {
        return holder.getSubject().toASN1Primitive().equals(holder.getIssuer().toASN1Primitive());
    }

    /** Returns the type in the first reserved policy. It may be called only if there is one. */
    SubjectType type() {
        return SubjectType.values()[arc(5) - 1];
    }

    Generation generation() {
        return Generation.values()[arc(6) - 1];
    }

    boolean isStrict() {
        return generation() == Generation.STRICT;
    }

    boolean isLegacy() {
        return generation() == Generation.LEGACY;
    }

    @org.jspecify.annotations.Nullable
    Extension extension(ASN1ObjectIdentifier name) {
        return holder().getExtension(name);
    }

    boolean has(ASN1ObjectIdentifier name) {
        return extension(name) != null;
    }

    boolean isCritical(ASN1ObjectIdentifier name) {
        Extension extension = extension(name);
        return extension != null && extension.isCritical();
    }

    List<AttributeTypeAndValue> subject() {
        return attributes(holder.getSubject());
    }

    List<String> subject(ASN1ObjectIdentifier type) {
        return subject().stream()
                .filter(each -> each.getType().equals(type))
                .map(LintedCertificate::text)
                .toList();
    }

    /** Returns whether the subject has an attribute. */
    boolean names(ASN1ObjectIdentifier type) {
        return !subject(type).isEmpty();
    }

    static String text(AttributeTypeAndValue attribute) {
        return attribute.getValue() instanceof ASN1String text ? text.getString() : "";
    }

    private static List<AttributeTypeAndValue> attributes(X500Name name) {
        return Arrays.stream(name.getRDNs())
                .flatMap(each -> Arrays.stream(each.getTypesAndValues()))
                .toList();
    }

    /** Returns the attributes of all directory names in the subject alternative name. */
    List<AttributeTypeAndValue> directoryNames() {
        return alternativeNames().stream()
                .filter(each -> each.getTagNo() == GeneralName.directoryName)
                .flatMap(each -> attributes(X500Name.getInstance(each.getName())).stream())
                .toList();
    }

    List<GeneralName> alternativeNames() {
        Extension extension = extension(Extension.subjectAlternativeName);
        return extension == null
                ? List.of()
                : List.of(GeneralNames.getInstance(extension.getParsedValue()).getNames());
    }

    /** Returns the mailboxes of the subject alternative name, as they are written there. */
    List<String> mailboxes() {
        List<String> found = new ArrayList<>(rfc822Names());
        alternativeNames().forEach(each -> utf8Mailbox(each).ifPresent(found::add));
        return found;
    }

    List<String> rfc822Names() {
        return alternativeNames().stream()
                .filter(each -> each.getTagNo() == GeneralName.rfc822Name)
                .map(each -> ((ASN1String) each.getName()).getString())
                .toList();
    }

    static Optional<String> utf8Mailbox(GeneralName name) {
        if (name.getTagNo() != GeneralName.otherName) {
            return Optional.empty();
        }
        OtherName other = OtherName.getInstance(name.getName());
        return other.getTypeID().equals(SMTP_UTF8_MAILBOX) && other.getValue() instanceof ASN1UTF8String text
                ? Optional.of(text.getString())
                : Optional.empty();
    }

    /** Returns the URIs of revocation lists. */
    List<String> distributionPoints() {
        Extension extension = extension(Extension.cRLDistributionPoints);
        if (extension == null) {
            return List.of();
        }
        return Arrays.stream(
                        CRLDistPoint.getInstance(extension.getParsedValue()).getDistributionPoints())
                .map(DistributionPoint::getDistributionPoint)
                .filter(each -> each != null && each.getType() == DistributionPointName.FULL_NAME)
                .flatMap(each ->
                        Arrays.stream(GeneralNames.getInstance(each.getName()).getNames()))
                .filter(each -> each.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(each -> ((ASN1String) each.getName()).getString())
                .toList();
    }

    static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    private int arc(int position) {
        return Integer.parseInt(reserved().getFirst().getId().split("\\.", -1)[position]);
    }

    static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");
    private static final ASN1ObjectIdentifier FORUM = new ASN1ObjectIdentifier("2.23.140.1.5");
    /** What Bouncy Castle would refuse, and the lint shall look at. */
    private static final List<String> TOLERANCES = List.of(
            "org.bouncycastle.x509.allow_empty_issuer_cert", "org.bouncycastle.x509.ignore_repeated_extensions");
}
