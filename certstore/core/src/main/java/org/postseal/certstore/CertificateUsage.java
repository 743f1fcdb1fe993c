package org.postseal.certstore;

import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Says what an end-entity certificate may be used for, by its key type, keyUsage and extKeyUsage (RFC 8550 §4.4, RFC
 * 5652 §6.2).
 *
 * @param whyNotSign why it may not sign; empty if it may
 * @param whyNotEncrypt why nothing may be encrypted to it; empty if it may
 * @param allowsMail whether extKeyUsage is absent, or has emailProtection or anyExtendedKeyUsage (RFC 8550 §4.4.4)
 */
record CertificateUsage(Optional<String> whyNotSign, Optional<String> whyNotEncrypt, boolean allowsMail) {
    static CertificateUsage of(X509CertificateHolder holder, PublicKeyKind kind) {
        Extensions extensions = holder.getExtensions();
        boolean allowsMail = allowsMail(extensions);
        String keyUsageOfKind = kind.agrees() ? "keyAgreement" : "keyEncipherment";
        int encryption = kind.agrees() ? KeyUsage.keyAgreement : KeyUsage.keyEncipherment;
        return new CertificateUsage(
                first(
                        !kind.canSign(),
                        "the key type cannot sign",
                        !has(extensions, KeyUsage.digitalSignature) && !has(extensions, KeyUsage.nonRepudiation),
                        "keyUsage has no digitalSignature",
                        !allowsMail),
                first(
                        !kind.canEncrypt() || kind instanceof PublicKeyKind.CompositeKem,
                        kind.canEncrypt()
                                ? "composite ML-KEM is read, and never written"
                                : "the key type cannot encrypt",
                        !has(extensions, encryption),
                        "keyUsage has no " + keyUsageOfKind,
                        !allowsMail),
                allowsMail);
    }

    private static Optional<String> first(
            boolean wrongKey, String keyText, boolean wrongUsage, String usageText, boolean wrongPurpose) {
        if (wrongKey) {
            return Optional.of(keyText);
        }
        if (wrongUsage) {
            return Optional.of(usageText);
        }
        return wrongPurpose ? Optional.of("extKeyUsage has no emailProtection") : Optional.empty();
    }

    private static boolean allowsMail(@org.jspecify.annotations.Nullable Extensions extensions) {
        ExtendedKeyUsage usage = extensions == null ? null : ExtendedKeyUsage.fromExtensions(extensions);
        return usage == null
                || usage.hasKeyPurposeId(KeyPurposeId.id_kp_emailProtection)
                || usage.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage);
    }

    // An absent keyUsage allows every use (RFC 8550 §4.4.2).
    private static boolean has(@org.jspecify.annotations.Nullable Extensions extensions, int bit) {
        Extension extension = extensions == null ? null : extensions.getExtension(Extension.keyUsage);
        return extension == null
                || KeyUsage.getInstance(extension.getParsedValue()).hasUsages(bit);
    }
}
