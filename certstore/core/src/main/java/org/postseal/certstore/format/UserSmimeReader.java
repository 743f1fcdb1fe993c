package org.postseal.certstore.format;

import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.UserSmimeCertificate.Damaged;
import org.postseal.certstore.format.UserSmimeCertificate.Signature;
import org.postseal.certstore.format.UserSmimeCertificate.Value;

/** Distinguishes the forms of {@code userSMIMECertificate}, and reads the two that are DER. */
public final class UserSmimeReader {
    private UserSmimeReader() {}

    public static UserSmimeCertificate read(byte[] octets) {
        if (octets.length == 0) {
            return new Damaged("empty value");
        }
        if (octets.length > UserSmimeCertificate.MAX_OCTETS) {
            return new Damaged("value longer than " + UserSmimeCertificate.MAX_OCTETS + " octets");
        }
        // MS-OXOABK §2.2.4.36: the first octet decides.
        if (octets[0] != Ber.SEQUENCE) {
            return SettingsReader.read(octets);
        }
        try {
            List<Ber> first = Ber.of(octets).children(1);
            return !first.isEmpty() && first.getFirst().tag() == Ber.OBJECT_IDENTIFIER
                    ? readSigned(octets)
                    : readCertificate(octets);
        } catch (BerException e) {
            return new Damaged(e.getMessage() + " at offset " + e.offset());
        }
    }

    private static UserSmimeCertificate readCertificate(byte[] octets) {
        try {
            return new Value(
                    List.of(MailCertificate.of(octets)),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Signature.ABSENT,
                    List.of());
        } catch (CertificateException e) {
            return new Damaged(Reasons.of(e));
        }
    }

    private static UserSmimeCertificate readSigned(byte[] octets) throws BerException {
        List<Ber> set = Pkcs7Reader.sets(octets, UserSmimeCertificate.MAX_CERTIFICATES + 1)
                .certificates();
        if (set.size() > UserSmimeCertificate.MAX_CERTIFICATES) {
            return new Damaged("more than " + UserSmimeCertificate.MAX_CERTIFICATES + " certificates");
        }
        List<MailCertificate> certificates = new ArrayList<>();
        List<MailCertificate> helpers = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Ber each : set) {
            if (each.tag() != Ber.SEQUENCE) {
                continue; // this is an attribute certificate or the like (RFC 5652 §10.2.2)
            }
            try {
                MailCertificate certificate = MailCertificate.of(each.encoded());
                (isAuthority(certificate) ? helpers : certificates).add(certificate);
            } catch (CertificateException e) {
                problems.add(Reasons.of(e) + " at offset " + each.start());
            }
        }
        if (certificates.isEmpty()) {
            return new Damaged(problems.isEmpty() ? "no certificate in it" : problems.getFirst());
        }
        return SignedPreferences.of(octets, certificates)
                .map(signed -> new Value(
                        certificates,
                        helpers,
                        signed.encryption(),
                        signed.capabilities(),
                        Signature.VERIFIED,
                        problems))
                .orElseGet(() -> new Value(
                        certificates, helpers, Optional.empty(), Optional.empty(), Signature.NOT_VERIFIED, problems));
    }

    private static boolean isAuthority(MailCertificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0;
    }
}
