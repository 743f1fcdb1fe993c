package org.postseal.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * One of {@code mailboxPolicies}, as written: Exchange's six parameters and ours, each only where the policy names it.
 *
 * @param parent the policy named by {@code extends}
 * @param appliesTo whose mail it is for
 */
record MailboxPolicy(
        String name,
        Optional<String> parent,
        Assignment appliesTo,
        Optional<Boolean> requireSigned,
        Optional<SignedAlgorithm> signedAlgorithm,
        Optional<Boolean> requireEncrypted,
        Optional<EncryptionAlgorithm> encryptionAlgorithm,
        Optional<Negotiation> negotiation,
        Optional<Boolean> softCertificates,
        Optional<Enforcement> enforcement,
        Optional<EncryptionSettings.RsaKeyTransport> keyTransport,
        Optional<SigningSettings.RsaPadding> padding,
        Set<Require> mayWeaken) {

    /** {@code appliesTo}: users, groups and domains, three ranks of which the first wins. */
    record Assignment(List<MailAddress> users, List<String> groups, List<DomainSet.Entry> domains) {
        static final Assignment NONE = new Assignment(List.of(), List.of(), List.of());

        boolean isEmpty() {
            return users.isEmpty() && groups.isEmpty() && domains.isEmpty();
        }
    }

    /** The parameters that only add up. */
    enum Require {
        MESSAGES_SIGNED("RequireSignedSMIMEMessages"),
        SIGNED_ALGORITHM("RequireSignedSMIMEAlgorithm"),
        MESSAGES_ENCRYPTED("RequireEncryptedSMIMEMessages"),
        ENCRYPTION_ALGORITHM("RequireEncryptionSMIMEAlgorithm");

        private final String word;

        Require(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** {@code AllowSMIMEEncryptionAlgorithmNegotiation}. */
    enum Negotiation {
        BLOCK("BlockNegotiation"),
        ONLY_STRONG("OnlyStrongAlgorithmNegotiation"),
        ALLOW_ANY("AllowAnyAlgorithmNegotiation");

        private final String word;

        Negotiation(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Whether a named algorithm is the least that will do or the only one. */
    enum Enforcement {
        MINIMUM,
        EXACT
    }

    static final String DEFAULT = "default";
}
