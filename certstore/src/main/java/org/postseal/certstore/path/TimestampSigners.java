package org.postseal.certstore.path;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ValidationCode;

/** Says whether a certificate may have signed a time stamp: what RFC 3161 §2.3 demands of it, and a path to one of the anchors at that time. Asks nobody about revocation. Thread-safe. */
public final class TimestampSigners {
    private final PathBuilder builder;
    private final PathRules rules;

    /** @param anchors trusted for time stamps, whoever issued them */
    public TimestampSigners(Collection<MailCertificate> anchors) {
        this.builder = new PathBuilder(anchors, List.of());
        this.rules = new PathRules(PolicyInputs.DEFAULTS, TimestampSigners::allowsTimestamps, "time stamps");
    }

    /**
     * {@code Usable}, or why not.
     *
     * @param helpers help to build the path, are never trusted
     * @param time of the stamp
     */
    public CertificateStatus status(MailCertificate signer, List<MailCertificate> helpers, Instant time) {
        Optional<String> wrongUsage = whyNot(signer);
        if (wrongUsage.isPresent()) {
            return new CertificateStatus.WrongUsage(wrongUsage.get());
        }
        if (time.isBefore(signer.notBefore())) {
            return new CertificateStatus.NotYetValid(signer.notBefore());
        }
        if (time.isAfter(signer.notAfter())) {
            return new CertificateStatus.Expired(signer.notAfter());
        }
        if (signer.weakness().isPresent()) {
            return new CertificateStatus.Untrusted(
                    ValidationCode.INFORMATION_MISSING, signer.weakness().get());
        }
        return builder.find(signer, helpers, builder::isAnchor, path -> rules.complaint(path, time))
                .complaint()
                .orElseGet(CertificateStatus.Usable::new);
    }

    private static Optional<String> whyNot(MailCertificate signer) {
        Extensions extensions = signer.holder().getExtensions();
        Extension purposes = extensions == null ? null : extensions.getExtension(Extension.extendedKeyUsage);
        if (purposes == null) {
            return Optional.of("no extKeyUsage, where timeStamping must stand");
        }
        KeyPurposeId[] usages =
                ExtendedKeyUsage.getInstance(purposes.getParsedValue()).getUsages();
        // RFC 3161 §2.3: exactly this one, so that the key signs nothing else
        if (usages.length != 1 || !usages[0].equals(KeyPurposeId.id_kp_timeStamping)) {
            return Optional.of("extKeyUsage is not timeStamping alone");
        }
        if (!purposes.isCritical()) {
            return Optional.of("extKeyUsage is not critical");
        }
        KeyUsage usage = KeyUsage.fromExtensions(extensions);
        boolean signs =
                usage == null || usage.hasUsages(KeyUsage.digitalSignature) || usage.hasUsages(KeyUsage.nonRepudiation);
        return signs ? Optional.empty() : Optional.of("keyUsage has no digitalSignature");
    }

    private static boolean allowsTimestamps(MailCertificate issuer) {
        Extensions extensions = issuer.holder().getExtensions();
        ExtendedKeyUsage usage = extensions == null ? null : ExtendedKeyUsage.fromExtensions(extensions);
        return usage == null
                || usage.hasKeyPurposeId(KeyPurposeId.id_kp_timeStamping)
                || usage.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage);
    }
}
