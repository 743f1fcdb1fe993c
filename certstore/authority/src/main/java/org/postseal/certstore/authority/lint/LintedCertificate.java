package org.postseal.certstore.authority.lint;

import java.nio.charset.StandardCharsets;
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
import org.postseal.certstore.MailCertificate;

/**
 * A certificate as the rules see it. For a malformed part, a method throws what Bouncy Castle throws, and
 * {@link CertificateLint} turns that into a finding.
 */
final class LintedCertificate {
    private final MailCertificate certificate;
    private final List<ASN1ObjectIdentifier> reserved;

    LintedCertificate(MailCertificate certificate) {
        this.certificate = certificate;
        Extension policies = certificate.holder().getExtension(Extension.certificatePolicies);
        this.reserved = policies == null
                ? List.of()
                : Stream.of(CertificatePolicies.getInstance(policies.getParsedValue())
                                .getPolicyInformation())
                        .map(PolicyInformation::getPolicyIdentifier)
                        .filter(each -> each.on(FORUM))
                        .toList();
    }

    /** Says what the authority validated (BR 7.1.6.1). */
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

    MailCertificate certificate() {
        return certificate;
    }

    X509CertificateHolder holder() {
        return certificate.holder();
    }

    /** Returns the policies of the CA/Browser Forum for S/MIME. */
    List<ASN1ObjectIdentifier> reserved() {
        return reserved;
    }

    /**
     * Returns whether the requirements hold: the certificate claims them, was issued after they came into force, and
     * belongs to a user.
     */
    boolean claimsBaseline() {
        return !reserved.isEmpty() && !certificate.notBefore().isBefore(EFFECTIVE) && !isAuthority();
    }

    boolean isAuthority() {
        Extension constraints = extension(Extension.basicConstraints);
        return constraints != null
                && BasicConstraints.getInstance(constraints.getParsedValue()).isCA();
    }

    /** Returns the type in the first reserved policy. It may be called only if there is one. */
    SubjectType type() {
        return SubjectType.values()[arc(0) - 1];
    }

    Generation generation() {
        return Generation.values()[arc(1) - 1];
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
        return Arrays.stream(holder().getSubject().getRDNs())
                .flatMap(each -> Arrays.stream(each.getTypesAndValues()))
                .toList();
    }

    List<String> subject(ASN1ObjectIdentifier type) {
        return subject().stream()
                .filter(each -> each.getType().equals(type))
                .map(each -> each.getValue() instanceof ASN1String text ? text.getString() : "")
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
        List<String> found = new ArrayList<>();
        for (GeneralName name : alternativeNames()) {
            if (name.getTagNo() == GeneralName.rfc822Name) {
                found.add(((ASN1String) name.getName()).getString());
            } else {
                utf8Mailbox(name).ifPresent(found::add);
            }
        }
        return found;
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

    List<String> distributionPoints() {
        Extension extension = extension(Extension.cRLDistributionPoints);
        if (extension == null) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (DistributionPoint point :
                CRLDistPoint.getInstance(extension.getParsedValue()).getDistributionPoints()) {
            DistributionPointName name = point.getDistributionPoint();
            if (name != null && name.getType() == DistributionPointName.FULL_NAME) {
                for (GeneralName each : GeneralNames.getInstance(name.getName()).getNames()) {
                    if (each.getTagNo() == GeneralName.uniformResourceIdentifier) {
                        found.add(((ASN1String) each.getName()).getString());
                    }
                }
            }
        }
        return found;
    }

    static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    private int arc(int position) {
        String[] last = reserved.getFirst()
                .getId()
                .substring(FORUM.getId().length() + 1)
                .split("\\.", -1);
        return Integer.parseInt(last[position]);
    }

    /** The date since which the requirements are in force. */
    static final Instant EFFECTIVE = Instant.parse("2023-09-01T00:00:00Z");

    static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");
    private static final ASN1ObjectIdentifier FORUM = new ASN1ObjectIdentifier("2.23.140.1.5");
}
