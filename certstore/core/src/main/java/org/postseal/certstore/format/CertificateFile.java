package org.postseal.certstore.format;

import java.util.List;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.CrlElement;
import org.postseal.certstore.format.BundleElement.KeyElement;

/** The result of reading a file in any of the formats. The octets decide about the format, and never the name. */
public sealed interface CertificateFile {
    int MAX_OCTETS = 16 << 20;
    /** The most elements of one file: certificates, keys and revocation lists together. */
    int MAX_ELEMENTS = 10_000;

    /** Returns the name of the file as the caller gave it. */
    String file();

    /**
     * Everything in the file, in its order. An importer takes all of it, or nothing if {@link #problems} has any.
     *
     * @param warnings what the administrator should know although nothing is wrong
     */
    record Contents(String file, Format format, List<BundleElement> elements, List<FormatProblem> warnings)
            implements CertificateFile {
        public Contents {
            elements = List.copyOf(elements);
            warnings = List.copyOf(warnings);
        }

        public List<CertificateElement> certificates() {
            return only(CertificateElement.class);
        }

        public List<KeyElement> keys() {
            return only(KeyElement.class);
        }

        public List<CrlElement> crls() {
            return only(CrlElement.class);
        }

        /** Returns everything that is wrong, one problem for each element. */
        public List<FormatProblem> problems() {
            return only(BadElement.class).stream().map(BadElement::problem).toList();
        }

        private <T extends BundleElement> List<T> only(Class<T> kind) {
            return elements.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /** Nothing in the file can be used. */
    record Refused(Refusal refusal, FormatProblem problem) implements CertificateFile {
        @Override
        public String file() {
            return problem.position().file();
        }
    }
}
