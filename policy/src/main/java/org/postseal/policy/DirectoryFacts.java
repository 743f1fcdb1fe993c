package org.postseal.policy;

import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;

/**
 * What the directory knows, asked only when the outcome can hang on it; the caller answers from its store and remembers the answer for the message. The policy asks
 * each question at most once per decision.
 */
public interface DirectoryFacts {
    /** Of the recipient, for encryption. */
    Fact recipientCertificate();

    /** Of the single From address, for signing; only one in hardware where {@code place} says so. */
    Fact signingKey(KeyPlace place);

    /**
     * Whether somebody belongs to a group whose members a directory server knows, directly or through groups in it.
     *
     * @param group by its name in the policy
     */
    Membership member(MailAddress who, String group);

    /** A look-up's answer. */
    sealed interface Fact {
        /** There is one. */
        record Available() implements Fact {}

        /** There is none that may be used. */
        record NotUsable(CertificateStatus status) implements Fact {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Fact {}
    }

    /** Whether somebody is in a group. */
    sealed interface Membership {
        record Member() implements Membership {}

        record NotMember() implements Membership {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Membership {}
    }
}
