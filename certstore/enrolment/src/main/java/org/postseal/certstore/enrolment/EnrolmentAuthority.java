package org.postseal.certstore.enrolment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.operator.ContentSigner;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.PublicKeyId;

/**
 * An authority that certifies keys of ours. It is asked again for the same order until it answers for good, so it must
 * recognise an order that it has seen. What it answers is judged before it is taken. Not thread-safe.
 */
@FunctionalInterface
public interface EnrolmentAuthority {
    /** Asks for the certificate of an order. It blocks, within a limit of its own, and throws nothing. */
    Answer ask(Request request);

    /**
     * An order as the authority sees it.
     *
     * @param order names the order, whatever happens in between: the key that is to be certified
     * @param pkcs10 the request in PEM, signed by the key; it asks for the address alone
     * @param proof signs by the key what proves, in another form, that we have it
     */
    record Request(
            MailAddress address,
            Set<CertificatePurpose> purposes,
            PublicKeyId order,
            String pkcs10,
            Supplier<ContentSigner> proof) {
        public Request {
            purposes = Set.copyOf(purposes);
        }

        /** Returns {@code dual}, {@code sign} or {@code encrypt}. */
        public String profile() {
            if (purposes.size() == 2) {
                return "dual";
            }
            return purposes.contains(CertificatePurpose.SIGN) ? "sign" : "encrypt";
        }
    }

    sealed interface Answer {
        /**
         * The authority hands out a certificate.
         *
         * @param certificates the certificate for the key, and others that lead from it to a trust anchor, in any order
         */
        record Issued(List<MailCertificate> certificates) implements Answer {
            public Issued {
                certificates = List.copyOf(certificates);
            }
        }

        /**
         * This order takes longer.
         *
         * @param after how long to wait at least; empty if the authority does not say
         */
        record Later(String reason, Optional<Duration> after) implements Answer {}

        /** The authority will never certify this. */
        record Refused(String reason) implements Answer {}

        /** The authority cannot be asked now, or answers what nobody can read. */
        record Unavailable(String reason) implements Answer {}
    }
}
