package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.baseline;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The rules of the Baseline Requirements about keyUsage and extKeyUsage. */
final class UsageRules {
    private UsageRules() {}

    static List<Rule> rules() {
        return List.of(
                baseline(
                        "br-key-usage-absent",
                        "7.1.2.3 e",
                        ERROR,
                        c -> when(!c.has(Extension.keyUsage), "keyUsage is absent")),
                baseline(
                        "br-key-usage-not-critical",
                        "7.1.2.3 e",
                        WARNING,
                        c -> when(
                                c.has(Extension.keyUsage) && !c.isCritical(Extension.keyUsage),
                                "keyUsage is not critical")),
                baseline("br-key-usage-bits", "7.1.2.3 e", ERROR, UsageRules::wrongBits),
                baseline(
                        "br-eku-absent",
                        "7.1.2.3 f",
                        ERROR,
                        c -> when(
                                purposes(c).stream().noneMatch(KeyPurposeId.id_kp_emailProtection::equals),
                                "extKeyUsage has no emailProtection")),
                baseline(
                        "br-eku-other",
                        "7.1.2.3 f",
                        ERROR,
                        c -> when(
                                purposes(c).stream().anyMatch(each -> !each.equals(KeyPurposeId.id_kp_emailProtection)),
                                "extKeyUsage has more than emailProtection, which the generation Strict forbids"),
                        Condition.STRICT),
                baseline(
                        "br-eku-forbidden",
                        "7.1.2.3 f",
                        ERROR,
                        c -> when(
                                purposes(c).stream().anyMatch(FORBIDDEN::contains),
                                "extKeyUsage has serverAuth, codeSigning, timeStamping or anyExtendedKeyUsage")));
    }

    private static List<KeyPurposeId> purposes(LintedCertificate c) {
        Extension extension = c.extension(Extension.extendedKeyUsage);
        return extension == null
                ? List.of()
                : Stream.of(ExtendedKeyUsage.getInstance(extension.getParsedValue())
                                .getUsages())
                        .toList();
    }

    private static Optional<String> wrongBits(LintedCertificate c) {
        Extension extension = c.extension(Extension.keyUsage);
        if (extension == null) {
            return Optional.empty();
        }
        int bits = bits(KeyUsage.getInstance(extension.getParsedValue()));
        boolean signs = (bits & KeyUsage.digitalSignature) != 0;
        boolean wraps = (bits & KeyUsage.keyEncipherment) != 0;
        boolean agrees = (bits & KeyUsage.keyAgreement) != 0;
        ASN1ObjectIdentifier key = c.key().getAlgorithm();
        if (key.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            int wrapping = KeyUsage.keyEncipherment | (c.isStrict() ? 0 : KeyUsage.dataEncipherment);
            return judged(bits, signs || wraps, (signs ? SIGNING : 0) | (wraps ? wrapping : 0));
        }
        if (key.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            int agreeing = KeyUsage.keyAgreement | KeyUsage.encipherOnly | KeyUsage.decipherOnly;
            return judged(bits, signs || agrees, (signs ? SIGNING : 0) | (agrees ? agreeing : 0))
                    .or(() -> when(
                            (bits & KeyUsage.encipherOnly) != 0 && (bits & KeyUsage.decipherOnly) != 0,
                            "keyUsage has encipherOnly and decipherOnly, one of which may be"));
        }
        if (key.equals(EdECObjectIdentifiers.id_Ed25519)
                || key.equals(EdECObjectIdentifiers.id_Ed448)
                || KeyRules.isMlDsa(key)) {
            return judged(bits, signs, SIGNING);
        }
        // Other keys are not allowed at all, which br-key-kind says.
        return KeyRules.isMlKem(key) ? judged(bits, wraps, KeyUsage.keyEncipherment) : Optional.empty();
    }

    private static Optional<String> judged(int bits, boolean hasUse, int allowed) {
        return when(!hasUse, "keyUsage has neither a bit for signing nor one for encryption that fits the key")
                .or(() -> when((bits & ~allowed) != 0, "keyUsage has bits that do not fit the key or the generation"));
    }

    private static int bits(KeyUsage usage) {
        int bits = 0;
        for (int bit : new int[] {
            KeyUsage.digitalSignature,
            KeyUsage.nonRepudiation,
            KeyUsage.keyEncipherment,
            KeyUsage.dataEncipherment,
            KeyUsage.keyAgreement,
            KeyUsage.keyCertSign,
            KeyUsage.cRLSign,
            KeyUsage.encipherOnly,
            KeyUsage.decipherOnly
        }) {
            bits |= usage.hasUsages(bit) ? bit : 0;
        }
        return bits;
    }

    private static final int SIGNING = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    private static final List<KeyPurposeId> FORBIDDEN = List.of(
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_codeSigning,
            KeyPurposeId.id_kp_timeStamping,
            KeyPurposeId.anyExtendedKeyUsage);
}
