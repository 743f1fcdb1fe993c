package org.postseal.certstore.format;

import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CRLHolder;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;

/** One element of a file. */
public sealed interface BundleElement {
    /** Where it stands. */
    Position position();

    /**
     * A certificate; nothing about it has been checked.
     *
     * @param friendlyName what the program that wrote the file showed it as
     * @param windowsUsages to what extended key usages, as dotted OIDs, Windows restricted it on the machine it comes from; absent when it did not
     * @param directory where in a directory it stood
     */
    record CertificateElement(
            Position position,
            MailCertificate certificate,
            Optional<String> friendlyName,
            Optional<Set<String>> windowsUsages,
            Optional<DirectoryValue> directory)
            implements BundleElement {
        public CertificateElement {
            windowsUsages = windowsUsages.map(Set::copyOf);
        }

        /** True when Windows did not trust it for mail on the machine it comes from, whatever the certificate says. */
        public boolean isDistrustedForMail() {
            return windowsUsages
                    .filter(usages -> !usages.contains(EMAIL_PROTECTION) && !usages.contains(ANY_USAGE))
                    .isPresent();
        }

        /** False for a certificate that CMS cannot name by its key; RFC 5280 §4.2.1.2 demands the extension of authorities. */
        public boolean hasSubjectKeyIdentifier() {
            return certificate.subjectKeyIdentifier().isPresent();
        }

        private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
        private static final String ANY_USAGE = "2.5.29.37.0";
    }

    /** A private key. */
    record KeyElement(Position position, KeyMaterial key, Optional<String> friendlyName) implements BundleElement {}

    /** A revocation list. */
    record CrlElement(Position position, X509CRLHolder crl) implements BundleElement {}

    /** An element that cannot be used. */
    record BadElement(Position position, String message) implements BundleElement {
        /** As a problem. */
        public FormatProblem problem() {
            return new FormatProblem(position, message);
        }
    }
}
