package org.postseal.certstore.format;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.CrlElement;
import org.postseal.certstore.format.BundleElement.KeyElement;

/** What a file of any of the formats holds; which of them it is shows in its octets, never in its name. */
public sealed interface CertificateFile {
    /** Octets of one file. */
    int MAX_OCTETS = 16 << 20;
    /** Elements of one file: certificates, keys and revocation lists together. */
    int MAX_ELEMENTS = 10_000;

    /** The file as the caller named it. */
    String file();

    /**
     * Everything in it, in its order. Whoever imports takes all or, when {@link #problems} has any, nothing.
     *
     * @param warnings what the admin should know although nothing is wrong
     */
    record Contents(String file, Format format, List<BundleElement> elements, List<FormatProblem> warnings)
            implements CertificateFile {
        public Contents {
            elements = List.copyOf(elements);
            warnings = List.copyOf(warnings);
        }

        /** The certificates. */
        public List<CertificateElement> certificates() {
            return only(CertificateElement.class);
        }

        /** The private keys. */
        public List<KeyElement> keys() {
            return only(KeyElement.class);
        }

        /** The revocation lists. */
        public List<CrlElement> crls() {
            return only(CrlElement.class);
        }

        /** Everything that is wrong, an element each. */
        public List<FormatProblem> problems() {
            return only(BadElement.class).stream().map(BadElement::problem).toList();
        }

        /** The key in this file that {@code certificate} certifies. */
        public Optional<KeyElement> keyOf(MailCertificate certificate) {
            return keys().stream()
                    .filter(each -> each.key().matches(certificate))
                    .findFirst();
        }

        /** The keys that none of the certificates in this file is for. */
        public List<KeyElement> keysWithoutCertificate() {
            return keys().stream()
                    .filter(each -> certificates().stream()
                            .noneMatch(certificate -> each.key().matches(certificate.certificate())))
                    .toList();
        }

        private <T extends BundleElement> List<T> only(Class<T> kind) {
            return elements.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /** Nothing of it can be used. */
    record Refused(Refusal refusal, FormatProblem problem) implements CertificateFile {
        @Override
        public String file() {
            return problem.position().file();
        }
    }

    /**
     * Reads a file.
     *
     * @param name for messages
     */
    static CertificateFile read(String name, byte[] octets, ReadOptions options) {
        return FormatReader.read(name, octets, options);
    }
}
