package org.postseal.certstore.path;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;

/** What a path must satisfy: RFC 5280 by the JDK's validator, and what mail and prudence add. */
final class PathRules {
    private PathRules() {}

    /** What is wrong with {@code path} (leaf first, anchor last) at {@code time}; null when nothing is. */
    static @Nullable String complaint(List<MailCertificate> path, Instant time) {
        MailCertificate anchor = path.getLast();
        if (time.isBefore(anchor.notBefore()) || time.isAfter(anchor.notAfter())) {
            return "trust anchor not valid at this time";
        }
        if (path.size() == 1) {
            return null; // the leaf itself is an anchor: trusted by name, and for itself only
        }
        for (MailCertificate issuer : path.subList(1, path.size())) {
            String complaint = complaintAboutIssuer(issuer);
            if (complaint != null) {
                return complaint;
            }
        }
        if (!path.getFirst().addressesAreConstrainable()
                && path.stream().anyMatch(each -> has(each, Extension.nameConstraints))) {
            // RFC 9598 §6: name constraints bind these addresses too, but the validator does not look at them
            return "address outside the reach of the issuer's name constraints";
        }
        return pkix(path, time);
    }

    private static @Nullable String complaintAboutIssuer(MailCertificate issuer) {
        if (issuer.weakness().isPresent()) {
            return "issuer: " + issuer.weakness().get();
        }
        if (!issuer.allowsMail()) {
            return "issuer's extKeyUsage does not allow mail";
        }
        Extensions extensions = issuer.holder().getExtensions();
        BasicConstraints basic = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
        // an anchor of version 1 has no extensions to say it with
        boolean isAuthority = basic == null ? issuer.holder().getVersionNumber() == 1 : basic.isCA();
        if (!isAuthority) {
            return "issuer is no certification authority";
        }
        KeyUsage usage = extensions == null ? null : KeyUsage.fromExtensions(extensions);
        return usage != null && !usage.hasUsages(KeyUsage.keyCertSign) ? "issuer may not sign certificates" : null;
    }

    private static @Nullable String pkix(List<MailCertificate> path, Instant time) {
        try {
            List<X509Certificate> below = path.subList(0, path.size() - 1).stream()
                    .map(MailCertificate::x509)
                    .toList();
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(below);
            PKIXParameters parameters =
                    new PKIXParameters(Set.of(new TrustAnchor(path.getLast().x509(), null)));
            parameters.setDate(Date.from(time));
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            return null;
        } catch (CertPathValidatorException e) {
            return "certificate " + e.getIndex() + " of the path: " + e.getReason() + ": " + e.getMessage();
        } catch (GeneralSecurityException e) {
            return "path cannot be checked: " + e.getMessage();
        }
    }

    private static boolean has(MailCertificate certificate, org.bouncycastle.asn1.ASN1ObjectIdentifier extension) {
        return certificate.holder().getExtension(extension) != null;
    }
}
