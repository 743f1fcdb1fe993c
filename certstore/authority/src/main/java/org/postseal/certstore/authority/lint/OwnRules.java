package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Condition.END_ENTITY;
import static org.postseal.certstore.authority.lint.Condition.UNCLAIMED;
import static org.postseal.certstore.authority.lint.Condition.USABLE;
import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.NOTICE;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.own;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;

/** The rules about what the gateway and the programs around it need, whoever issued the certificate. */
final class OwnRules {
    private OwnRules() {}

    static List<Rule> rules() {
        return List.of(
                own(
                        "unusable",
                        "this gateway",
                        ERROR,
                        c -> when(c.usable().isEmpty(), "the gateway cannot use it: " + c.whyUnusable())),
                own(
                        "no-address",
                        "RFC 8550 §3",
                        ERROR,
                        c -> when(usable(c).addresses().isEmpty(), "no mail address stands in it"),
                        USABLE,
                        END_ENTITY,
                        UNCLAIMED),
                own(
                        "address-in-subject-only",
                        "RFC 8550 §3",
                        WARNING,
                        c -> when(
                                !usable(c).addresses().isEmpty()
                                        && c.mailboxes().isEmpty(),
                                "the mail address stands in the subject only, not in the subject alternative name"),
                        USABLE,
                        END_ENTITY,
                        UNCLAIMED),
                own("no-use", "RFC 8550 §4.4", ERROR, OwnRules::useless, USABLE, END_ENTITY),
                own(
                        "ski-absent",
                        "RFC 5652 §6.2.1",
                        ERROR,
                        c -> when(
                                !c.has(Extension.subjectKeyIdentifier),
                                "there is no subject key identifier:"
                                        + " Exchange refuses it, and no message can name it by that")),
                own("ski-not-derived", "RFC 5280 §4.2.1.2", NOTICE, OwnRules::foreignIdentifier),
                own("weak-key", "RFC 8551 §4.3", ERROR, c -> usable(c).weakness(), USABLE),
                own(
                        "weak-signature",
                        "RFC 8550 §4.3",
                        ERROR,
                        c -> when(
                                WEAK.contains(c.holder()
                                        .getSignatureAlgorithm()
                                        .getAlgorithm()
                                        .getId()),
                                "it is signed by way of SHA-1 or MD5")),
                own(
                        "no-eku",
                        "RFC 8550 §4.4.4",
                        WARNING,
                        c -> when(
                                !c.has(Extension.extendedKeyUsage),
                                "extKeyUsage is absent: Outlook wants emailProtection there"),
                        END_ENTITY,
                        UNCLAIMED),
                own(
                        "no-revocation",
                        "RFC 5280 §4.2.1.13",
                        WARNING,
                        c -> when(
                                !c.isSelfIssued()
                                        && !c.has(Extension.cRLDistributionPoints)
                                        && !c.has(Extension.authorityInfoAccess),
                                "nothing says where its revocation can be asked for")),
                own(
                        "serial-not-positive",
                        "RFC 5280 §4.1.2.2",
                        ERROR,
                        c -> when(c.holder().getSerialNumber().signum() <= 0, "the serial number is not positive")));
    }

    private static MailCertificate usable(LintedCertificate c) {
        return c.usable().orElseThrow();
    }

    private static Optional<String> useless(LintedCertificate c) {
        Optional<String> sign = usable(c).whyNot(CertificatePurpose.SIGN);
        Optional<String> encrypt = usable(c).whyNot(CertificatePurpose.ENCRYPT);
        return when(
                sign.isPresent() && encrypt.isPresent(),
                "it can neither sign mail nor be encrypted to: " + sign.orElse("") + "; " + encrypt.orElse(""));
    }

    private static Optional<String> foreignIdentifier(LintedCertificate c) {
        Extension extension = c.extension(Extension.subjectKeyIdentifier);
        byte[] derived = new BcX509ExtensionUtils()
                .createSubjectKeyIdentifier(c.holder().getSubjectPublicKeyInfo())
                .getKeyIdentifier();
        return when(
                extension != null
                        && !Arrays.equals(
                                SubjectKeyIdentifier.getInstance(extension.getParsedValue())
                                        .getKeyIdentifier(),
                                derived),
                "the subject key identifier is not SHA-1 of the key: a program that computes it finds another one");
    }

    private static final Set<String> WEAK = Set.of(
            PKCSObjectIdentifiers.md2WithRSAEncryption.getId(),
            PKCSObjectIdentifiers.md5WithRSAEncryption.getId(),
            PKCSObjectIdentifiers.sha1WithRSAEncryption.getId(),
            X9ObjectIdentifiers.ecdsa_with_SHA1.getId());
}
