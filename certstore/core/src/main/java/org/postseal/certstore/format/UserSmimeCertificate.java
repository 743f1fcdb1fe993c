package org.postseal.certstore.format;

import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * What one value of {@code userSMIMECertificate} says (RFC 2798 §2.8, MS-OXLDAP §2.2.5.2, MS-OXOABK §2.2.4.36): a SignedData, Outlook's list of settings, or a bare certificate. Whether the
 * certificates may be used is not judged here.
 */
public sealed interface UserSmimeCertificate {
    /** Octets of one value; Active Directory allows 32 768. */
    int MAX_OCTETS = 1 << 18;
    /** Certificates of one value. */
    int MAX_CERTIFICATES = 100;

    /**
     * It could be read.
     *
     * @param certificates those that may be the user's, in the order of the value
     * @param helpers those to build a path with
     * @param flagged the one among {@code certificates} that its owner marked as the one to encrypt to: encrypKeyPref under a good signature, or the encryption certificate of settings that are
     *     flagged as default
     * @param capabilities of settings, or under a good signature
     * @param displayName of settings
     * @param signature what became of the signature
     * @param problems certificates in it that are refused, and why
     */
    record Value(
            Form form,
            List<MailCertificate> certificates,
            List<MailCertificate> helpers,
            Optional<MailCertificate> flagged,
            Optional<SmimeCapabilities> capabilities,
            Optional<String> displayName,
            Signature signature,
            List<String> problems)
            implements UserSmimeCertificate {
        public Value {
            certificates = List.copyOf(certificates);
            helpers = List.copyOf(helpers);
            problems = List.copyOf(problems);
        }
    }

    /** Settings for another message format than S/MIME; nothing is wrong with them. */
    record OtherFormat(int messageEncoding) implements UserSmimeCertificate {}

    /** It cannot be used. */
    record Damaged(String problem) implements UserSmimeCertificate {}

    /** The forms a value may have. */
    enum Form {
        SIGNED_DATA,
        SETTINGS,
        CERTIFICATE
    }

    /** What became of the signature. A good one shows that the owner of the key said so, not that the certificate is to be trusted. */
    enum Signature {
        /** The form has none. */
        ABSENT,
        /** It fits the certificate it came with. */
        VERIFIED,
        /** It does not fit, or is made with algorithms that are not believed: preference and capabilities do not count. */
        NOT_VERIFIED
    }

    /** Reads a value. */
    static UserSmimeCertificate read(byte[] octets) {
        return UserSmimeReader.read(octets);
    }

    /**
     * Writes a value in the form of a SignedData.
     *
     * @param signer signs it
     * @param encryption the certificate to encrypt to, that of {@code signer} or another one of the same person
     * @param chain certificates to build paths with
     * @param time becomes the signing time
     * @throws SignatureException when the key cannot sign
     */
    static byte[] write(
            KeyHandle signer,
            MailCertificate encryption,
            List<MailCertificate> chain,
            SmimeCapabilities capabilities,
            Instant time)
            throws SignatureException {
        return UserSmimeWriter.write(signer, encryption, chain, capabilities, time);
    }
}
