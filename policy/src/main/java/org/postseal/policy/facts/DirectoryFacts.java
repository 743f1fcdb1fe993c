package org.postseal.policy.facts;

import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;

/**
 * What the directory knows, asked only when the outcome can hang on it; the caller answers from its store and remembers the answer for the message. The policy asks
 * each question at most once per decision, that for a reader once for each.
 */
public interface DirectoryFacts {
    /** Of the recipient, for encryption. */
    Fact recipientCertificate();

    /** Says whether the recipient can read the ciphertext that the message came with; asked only where it is sound. */
    Match ciphertextMatch();

    /** Of somebody who shall read what is encrypted for the recipient; not asked for the recipient himself. */
    Fact readerCertificate(MailAddress reader);

    /** Of the single From address, for signing; only one in hardware where {@code place} says so. */
    Fact signingKey(KeyPlace place);

    /** Of the domain of the single From address, for signing (RFC 3183 §3); otherwise as {@link #signingKey}. */
    Fact domainKey(KeyPlace place);

    /**
     * Whether somebody belongs to a group whose members a directory server knows, directly or through groups in it.
     *
     * @param group by its name in the policy
     */
    Membership member(MailAddress who, String group);

    /** A look-up's answer. */
    sealed interface Fact {
        /**
         * There is one.
         *
         * @param reads what its owner reads; of no meaning for a key of ours
         */
        record Available(KeyFacts key, Capabilities reads) implements Fact {
            /** An ordinary one: RSA of 3072 bits, and nothing is known of its owner. */
            public Available() {
                this(new KeyFacts(KeyKind.RSA, 3072), Capabilities.UNKNOWN);
            }
        }

        /** There is none that may be used. */
        record NotUsable(CertificateStatus status) implements Fact {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Fact {}
    }

    /** Whether the recipient can read a ciphertext, as far as its RecipientInfos tell. */
    sealed interface Match {
        /** One of them is for a certificate of the recipient that may be encrypted to. */
        record ByCertificate() implements Match {}

        /**
         * One of them is for the certificate of a key that opens mail for the recipient here, and which may not be
         * encrypted to any more.
         */
        record ByKey() implements Match {}

        /** A certificate of the recipient may be encrypted to, and none of them is for one. */
        record ByNone() implements Match {}

        /** No certificate of the recipient is known that may be encrypted to. */
        record NotKnown(CertificateStatus status) implements Match {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Match {}
    }

    /** Whether somebody is in a group. */
    sealed interface Membership {
        record Member() implements Membership {}

        record NotMember() implements Membership {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Membership {}
    }
}
