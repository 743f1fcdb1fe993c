package org.postseal.policy.facts;

import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;

/**
 * The answers to what the policy asks about certificates, keys and groups. The policy asks only if the outcome can
 * depend on the answer. The caller looks in the certificate store and on directory servers, and remembers the answer
 * for the message. The policy asks each question at most once per decision, and the one about a reader once for each
 * reader.
 */
public interface DirectoryFacts {
    /** Returns the recipient's certificate for encryption. */
    Fact recipientCertificate();

    /**
     * Tells whether the recipient can read the ciphertext that the message came with. The policy asks this only if the
     * ciphertext is sound.
     */
    Match ciphertextMatch();

    /**
     * Returns the certificate of a further reader of mail to the recipient. The policy does not ask this about the
     * recipient.
     */
    Fact readerCertificate(MailAddress reader);

    /** Returns the signing key of the single From address; only a key in hardware if {@code place} says so. */
    Fact signingKey(KeyPlace place);

    /**
     * Returns the signing key of the domain of the single From address (RFC 3183 §3); otherwise it is like
     * {@link #signingKey}.
     */
    Fact domainKey(KeyPlace place);

    /**
     * Tells whether somebody belongs to a group whose members a directory server knows, directly or through groups in
     * it.
     *
     * @param group its name in the policy
     */
    Membership member(MailAddress who, String group);

    /** The answer to a look-up. */
    sealed interface Fact {
        /**
         * A certificate or key is available.
         *
         * @param reads the algorithms that its owner can read; it has no meaning for a key of ours
         */
        record Available(KeyFacts key, Capabilities reads) implements Fact {
            /** Makes an ordinary key: RSA of 3072 bits. Nothing is known about what its owner can read. */
            public Available() {
                this(new KeyFacts(KeyKind.RSA, 3072), Capabilities.UNKNOWN);
            }
        }

        /** No certificate or key may be used. */
        record NotUsable(CertificateStatus status) implements Fact {}

        /** The answer is not known now: a temporary failure. */
        record LookupFailed(String why) implements Fact {}
    }

    /** Whether the recipient can read a ciphertext, as far as its RecipientInfos tell. */
    sealed interface Match {
        /** One RecipientInfo is for a certificate of the recipient that may be encrypted to. */
        record ByCertificate() implements Match {}

        /**
         * One RecipientInfo is for a key that opens mail for the recipient here, but whose certificate may not be
         * encrypted to any more.
         */
        record ByKey() implements Match {}

        /** The recipient has a certificate that may be encrypted to, but no RecipientInfo is for such a certificate. */
        record ByNone() implements Match {}

        /** No certificate of the recipient is known that may be encrypted to. */
        record NotKnown(CertificateStatus status) implements Match {}

        /** The answer is not known now: a temporary failure. */
        record LookupFailed(String why) implements Match {}
    }

    /** Whether somebody is in a group. */
    sealed interface Membership {
        record Member() implements Membership {}

        record NotMember() implements Membership {}

        /** The answer is not known now: a temporary failure. */
        record LookupFailed(String why) implements Membership {}
    }
}
