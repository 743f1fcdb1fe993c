package org.postseal.certstore.format;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * The contents of one value of {@code userSMIMECertificate} (RFC 2798 §2.8, MS-OXLDAP §2.2.5.2, MS-OXOABK §2.2.4.36). A
 * value is a SignedData, Outlook's list of settings, or a bare certificate. The reader does not judge whether the
 * certificates may be used.
 */
public sealed interface UserSmimeCertificate {
    /** The most octets of one value. Active Directory allows 32 768. */
    int MAX_OCTETS = 1 << 18;
    /** The most certificates of one value. */
    int MAX_CERTIFICATES = 100;

    /**
     * The value could be read.
     *
     * @param certificates the certificates that may be the user's, in the order of the value
     * @param helpers the certificates that help to build a path
     * @param flagged the one of {@code certificates} that its owner marked as the one to encrypt to: by encrypKeyPref
     *     under a good signature, or as the encryption certificate of settings that are flagged as default
     * @param capabilities the capabilities from settings, or under a good signature
     * @param signature the result of verifying the signature
     * @param problems the refused certificates in it, with the reasons
     */
    record Value(
            List<MailCertificate> certificates,
            List<MailCertificate> helpers,
            Optional<MailCertificate> flagged,
            Optional<SmimeCapabilities> capabilities,
            Signature signature,
            List<String> problems)
            implements UserSmimeCertificate {
        public Value {
            certificates = List.copyOf(certificates);
            helpers = List.copyOf(helpers);
            problems = List.copyOf(problems);
        }
    }

    /** The value has settings for another message format than S/MIME. Nothing is wrong with them. */
    record OtherFormat(int messageEncoding) implements UserSmimeCertificate {}

    /** The value cannot be used. */
    record Damaged(String problem) implements UserSmimeCertificate {}

    /**
     * The result of verifying the signature. A good signature shows that the owner of the key made the statement, but
     * not that the certificate is trusted.
     */
    enum Signature {
        /** The form has no signature. */
        ABSENT,
        /** The signature fits the certificate that came with it. */
        VERIFIED,
        /**
         * The signature does not fit, or uses algorithms that are not accepted. Preference and capabilities do not
         * count.
         */
        NOT_VERIFIED
    }
}
