package org.postseal.gateway.admin.cli.cert;

import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.lint.CertificateLint;
import org.postseal.certstore.authority.lint.Finding;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;

/** Warns the administrator about a certificate that they are importing. */
public final class ImportChecks {
    private ImportChecks() {}

    public static void check(StoreAccess store, ImportFiles files, CertificateElement element, boolean requireSki) {
        MailCertificate certificate = element.certificate();
        if (!element.hasSubjectKeyIdentifier()) {
            // RFC 5652 §6.2: a message may name its recipient by this identifier; Exchange refuses certificates without
            // it
            String text = element.position() + ": no subject key identifier";
            if (requireSki) {
                files.problem(text);
            } else {
                store.warn(text);
            }
        }
        for (Finding finding : CertificateLint.check(certificate)) {
            // 'cert lint' tells the rest; a missing key identifier has its own line here
            if (finding.severity() == Finding.Severity.ERROR && !finding.rule().equals("ski-absent")) {
                store.warn(
                        element.position() + ": " + finding.rule() + " (" + finding.section() + "): " + finding.text());
            }
        }
        if (certificate.notAfter().isBefore(store.now())) {
            store.warn(element.position() + ": expired on " + Validity.day(certificate.notAfter()));
        }
        if (element.isDistrustedForMail()) {
            store.warn(element.position() + ": Windows did not trust it for mail where it comes from");
        }
    }

    /** Describes a certificate on one line. */
    public static String line(MailCertificate certificate) {
        String who = certificate.addresses().isEmpty()
                ? CertificateView.subject(certificate)
                : Printable.list(certificate.addresses());
        return CertificateName.brief(certificate.id()) + " " + Printable.line(who) + ", until "
                + Validity.day(certificate.notAfter());
    }
}
