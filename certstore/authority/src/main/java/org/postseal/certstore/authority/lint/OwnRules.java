package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.NOTICE;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.own;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.postseal.certstore.CertificatePurpose;

/** The rules about what the gateway and the programs around it need, whoever issued the certificate. */
final class OwnRules {
    private OwnRules() {}

    static List<Rule> rules() {
        return List.of(
                own(
                        "no-address",
                        "RFC 8550 §3",
                        ERROR,
                        c -> when(
                                !c.isAuthority() && c.certificate().addresses().isEmpty(),
                                "no mail address stands in it")),
                own(
                        "address-in-subject-only",
                        "RFC 8550 §3",
                        WARNING,
                        c -> when(
                                !c.isAuthority()
                                        && !c.certificate().addresses().isEmpty()
                                        && c.mailboxes().isEmpty(),
                                "the mail address stands in the subject only, not in the subject alternative name")),
                own(
                        "no-use",
                        "RFC 8550 §4.4",
                        ERROR,
                        c -> when(
                                !c.isAuthority()
                                        && c.certificate()
                                                .whyNot(CertificatePurpose.SIGN)
                                                .isPresent()
                                        && c.certificate()
                                                .whyNot(CertificatePurpose.ENCRYPT)
                                                .isPresent(),
                                "it can neither sign mail nor be encrypted to: "
                                        + c.certificate()
                                                .whyNot(CertificatePurpose.SIGN)
                                                .orElse("") + "; "
                                        + c.certificate()
                                                .whyNot(CertificatePurpose.ENCRYPT)
                                                .orElse(""))),
                own(
                        "ski-absent",
                        "RFC 5652 §6.2.1",
                        ERROR,
                        c -> when(
                                c.certificate().subjectKeyIdentifier().isEmpty(),
                                "there is no subject key identifier:"
                                        + " Exchange refuses it, and no message can name it by that")),
                own("ski-not-derived", "RFC 5280 §4.2.1.2", NOTICE, OwnRules::foreignIdentifier),
                own("weak-key", "RFC 8551 §4.3", ERROR, c -> c.certificate().weakness()),
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
                                !c.isAuthority() && !c.has(Extension.extendedKeyUsage),
                                "extKeyUsage is absent: Outlook wants emailProtection there")),
                own(
                        "no-revocation",
                        "RFC 5280 §4.2.1.13",
                        WARNING,
                        c -> when(
                                !c.certificate().isSelfIssued()
                                        && !c.has(Extension.cRLDistributionPoints)
                                        && !c.has(Extension.authorityInfoAccess),
                                "nothing says where its revocation can be asked for")),
                own(
                        "serial-not-positive",
                        "RFC 5280 §4.1.2.2",
                        ERROR,
                        c -> when(c.certificate().serialNumber().signum() <= 0, "the serial number is not positive")),
                own(
                        "no-policy",
                        "BR 7.1.6.4",
                        NOTICE,
                        c -> when(
                                !c.isAuthority() && c.reserved().isEmpty(),
                                "no policy of the S/MIME Baseline Requirements: their rules are not looked at")));
    }

    private static Optional<String> foreignIdentifier(LintedCertificate c) {
        byte[] derived = new BcX509ExtensionUtils()
                .createSubjectKeyIdentifier(c.holder().getSubjectPublicKeyInfo())
                .getKeyIdentifier();
        return when(
                c.certificate()
                        .subjectKeyIdentifier()
                        .filter(each -> !java.util.Arrays.equals(each.octets(), derived))
                        .isPresent(),
                "the subject key identifier is not SHA-1 of the key: a program that computes it finds another one");
    }

    private static final Set<String> WEAK = Set.of(
            PKCSObjectIdentifiers.md2WithRSAEncryption.getId(),
            PKCSObjectIdentifiers.md5WithRSAEncryption.getId(),
            PKCSObjectIdentifiers.sha1WithRSAEncryption.getId(),
            X9ObjectIdentifiers.ecdsa_with_SHA1.getId());
}
