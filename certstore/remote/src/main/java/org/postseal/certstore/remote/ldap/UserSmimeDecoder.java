package org.postseal.certstore.remote.ldap;

import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.format.UserSmimeCertificate;
import org.postseal.certstore.format.UserSmimeCertificate.Signature;
import org.postseal.certstore.format.UserSmimeReader;

/**
 * Reads every form of userSMIMECertificate. The certificates that the owner marked, and the owner's capabilities, count
 * only under the owner's signature. Otherwise anybody who may write the attribute could weaken the algorithms.
 */
public final class UserSmimeDecoder {
    private UserSmimeDecoder() {}

    /**
     * The content of one value.
     *
     * @param certificates certificates of the entry's owner, in their order
     * @param flagged those of them that the owner marked as the ones to use
     * @param helpers certificates of authorities, to build a path with
     * @param capabilities the owner's capabilities, only if the owner's signature over them holds
     */
    public record Bundle(
            List<MailCertificate> certificates,
            List<MailCertificate> flagged,
            List<MailCertificate> helpers,
            Optional<SmimeCapabilities> capabilities) {
        public Bundle {
            certificates = List.copyOf(certificates);
            flagged = List.copyOf(flagged);
            helpers = List.copyOf(helpers);
        }
    }

    /**
     * Returns the content of a value.
     *
     * @throws CertificateException when the value is in no known form, or over a limit
     */
    public static Bundle decode(byte[] value) throws CertificateException {
        return switch (UserSmimeReader.read(value)) {
            case UserSmimeCertificate.Value read -> bundle(read);
            case UserSmimeCertificate.OtherFormat _ -> new Bundle(List.of(), List.of(), List.of(), Optional.empty());
            case UserSmimeCertificate.Damaged damaged -> throw new CertificateException(damaged.problem());
        };
    }

    private static Bundle bundle(UserSmimeCertificate.Value value) {
        boolean isSigned = value.signature() == Signature.VERIFIED;
        return new Bundle(
                value.certificates(),
                isSigned ? value.flagged().stream().toList() : List.of(),
                value.helpers(),
                isSigned ? value.capabilities() : Optional.empty());
    }
}
