package org.postseal.certstore.remote.ldap;

import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.format.UserSmimeCertificate;
import org.postseal.certstore.format.UserSmimeCertificate.Signature;
import org.postseal.certstore.format.UserSmimeReader;

/**
 * Reads every form of userSMIMECertificate. The certificates that the owner marked, and the owner's capabilities, count
 * only under the owner's signature. Otherwise anybody who may write the attribute could weaken the algorithms.
 */
public final class UserSmimeDecoder implements SmimeCertificateDecoder {
    @Override
    public Bundle decode(byte[] octets) throws CertificateException {
        return switch (UserSmimeReader.read(octets)) {
            case UserSmimeCertificate.Value value -> bundle(value);
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
