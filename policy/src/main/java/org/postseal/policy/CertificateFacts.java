package org.postseal.policy;

import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;

/**
 * What the directory knows, asked only when a rule needs it; the caller answers from its store and remembers the answer for the message. The policy calls
 * each method at most once per decision.
 */
public interface CertificateFacts {
    /** Of the recipient, for encryption. */
    Fact recipientCertificate();

    /** Of the single From address, for signing; only one in hardware where {@code place} says so. */
    Fact signingKey(KeyPlace place);

    /** A look-up's answer. */
    sealed interface Fact {
        /** There is one. */
        record Available() implements Fact {}

        /** There is none that may be used. */
        record NotUsable(CertificateStatus status) implements Fact {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Fact {}
    }
}
