package org.postseal.certstore.format;

import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CRLHolder;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;

public sealed interface BundleElement {
    /**
     * A certificate, about which nothing has been checked.
     *
     * @param windowsUsages the extended key usages, as dotted OIDs, to which Windows restricted it on the machine it
     *     comes from; absent if Windows did not
     */
    record CertificateElement(Position position, MailCertificate certificate, Optional<Set<String>> windowsUsages)
            implements BundleElement {
        public CertificateElement {
            windowsUsages = windowsUsages.map(Set::copyOf);
        }

        /**
         * Returns true if Windows did not trust it for mail on the machine it comes from, whatever the certificate
         * says.
         */
        public boolean isDistrustedForMail() {
            return windowsUsages
                    .filter(usages -> !usages.contains(EMAIL_PROTECTION) && !usages.contains(ANY_USAGE))
                    .isPresent();
        }

        /**
         * Returns false for a certificate that CMS cannot name by its key. RFC 5280 §4.2.1.2 demands the extension of
         * authorities.
         */
        public boolean hasSubjectKeyIdentifier() {
            return certificate.subjectKeyIdentifier().isPresent();
        }

        private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
        private static final String ANY_USAGE = "2.5.29.37.0";
    }

    record KeyElement(Position position, KeyMaterial key) implements BundleElement {}

    /** A revocation list, whose signature has not been checked. */
    record CrlElement(Position position, X509CRLHolder crl) implements BundleElement {}

    /**
     * An element that cannot be used.
     *
     * @param certificate the octets, if the element is a certificate
     */
    record BadElement(Position position, String message, Optional<byte[]> certificate) implements BundleElement {
        public FormatProblem problem() {
            return new FormatProblem(position, message);
        }
    }
}
