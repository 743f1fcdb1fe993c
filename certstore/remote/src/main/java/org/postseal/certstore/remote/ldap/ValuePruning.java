package org.postseal.certstore.remote.ldap;

import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.certstore.format.UserSmimeCertificate;
import org.postseal.certstore.format.UserSmimeReader;

/** Decides which values of an attribute stay. */
final class ValuePruning {
    private ValuePruning() {}

    /**
     * Removes expired values, then superseded ones; unreadable ones are removed only if no room is left. Certificates
     * in force that are missing are added.
     */
    static List<PublishPlan.Step> steps(
            String attribute, List<byte[]> values, List<MailCertificate> inForce, Instant time)
            throws LdapFailureException {
        List<PublishPlan.Step> steps = new ArrayList<>();
        List<byte[]> unreadable = new ArrayList<>();
        List<MailCertificate> present = new ArrayList<>();
        for (byte[] value : values) {
            MailCertificate certificate = read(value);
            if (certificate == null) {
                unreadable.add(value);
                continue;
            }
            present.add(certificate);
            Optional<String> reason = whyRemove(certificate, inForce, time);
            steps.add(new PublishPlan.Step(
                    reason.isPresent() ? PublishPlan.Kind.REMOVE : PublishPlan.Kind.KEEP,
                    attribute,
                    value,
                    words(certificate) + reason.map(each -> ", " + each).orElse("")));
        }
        for (MailCertificate each : inForce) {
            if (!present.contains(each)) {
                present.add(each);
                steps.add(new PublishPlan.Step(
                        PublishPlan.Kind.ADD, attribute, CertificateExport.der(each), words(each)));
            }
        }
        long room = LdapPublisher.MAX_VALUES
                - steps.stream()
                        .filter(step -> step.kind() != PublishPlan.Kind.REMOVE)
                        .count();
        if (room < 0) {
            throw new LdapFailureException(
                    LdapFailure.OVER_LIMIT,
                    (LdapPublisher.MAX_VALUES - room) + " values of " + attribute + " are valid, at most "
                            + LdapPublisher.MAX_VALUES + " may stay");
        }
        for (byte[] each : unreadable) {
            boolean stays = room-- > 0;
            steps.add(new PublishPlan.Step(
                    stays ? PublishPlan.Kind.KEEP : PublishPlan.Kind.REMOVE,
                    attribute,
                    each,
                    words(each) + (stays ? "" : ", no room for it")));
        }
        return steps;
    }

    /** Puts the new value in place of all others. */
    static List<PublishPlan.Step> replacing(String attribute, List<byte[]> values, byte[] wanted) {
        List<PublishPlan.Step> steps = new ArrayList<>();
        boolean isThere = false;
        for (byte[] value : values) {
            boolean isSame = !isThere && (Arrays.equals(value, wanted) || saysTheSame(value, wanted));
            isThere |= isSame;
            steps.add(new PublishPlan.Step(
                    isSame ? PublishPlan.Kind.KEEP : PublishPlan.Kind.REMOVE,
                    attribute,
                    value,
                    digest(value) + (isSame ? "" : ", superseded" + (isBundle(value) ? "" : ", unreadable"))));
        }
        if (!isThere) {
            steps.add(new PublishPlan.Step(PublishPlan.Kind.ADD, attribute, wanted, digest(wanted)));
        }
        return steps;
    }

    static List<PublishPlan.Step> clearing(String attribute, List<byte[]> values) {
        return values.stream()
                .map(value -> new PublishPlan.Step(
                        PublishPlan.Kind.REMOVE, attribute, value, digest(value) + ", to be cleared"))
                .toList();
    }

    // Two signatures differ at least by their time, so the values are compared by meaning.
    private static boolean saysTheSame(byte[] value, byte[] wanted) {
        return UserSmimeReader.read(value) instanceof UserSmimeCertificate.Value there
                && there.signature() == UserSmimeCertificate.Signature.VERIFIED
                && there.equals(UserSmimeReader.read(wanted));
    }

    private static Optional<String> whyRemove(MailCertificate old, List<MailCertificate> inForce, Instant time) {
        if (inForce.contains(old)) {
            return Optional.empty();
        }
        if (old.notAfter().isBefore(time)) {
            return Optional.of("expired");
        }
        return inForce.stream()
                .filter(fresh -> hasSameUsage(fresh, old) && fresh.notBefore().isAfter(old.notBefore()))
                .findFirst()
                .map(fresh -> "superseded by " + id(fresh));
    }

    // A certificate for another purpose than mail, such as smart-card logon, has no usage here and is never superseded.
    private static boolean hasSameUsage(MailCertificate one, MailCertificate other) {
        boolean encrypts = allows(other, CertificatePurpose.ENCRYPT);
        boolean signs = allows(other, CertificatePurpose.SIGN);
        return (encrypts || signs)
                && allows(one, CertificatePurpose.ENCRYPT) == encrypts
                && allows(one, CertificatePurpose.SIGN) == signs;
    }

    private static boolean allows(MailCertificate certificate, CertificatePurpose purpose) {
        return certificate.whyNot(purpose).isEmpty();
    }

    private static @Nullable MailCertificate read(byte[] value) {
        try {
            return MailCertificate.of(value);
        } catch (CertificateException unreadable) {
            return null;
        }
    }

    private static boolean isBundle(byte[] value) {
        try {
            return !UserSmimeDecoder.decode(value).certificates().isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }

    private static String words(MailCertificate certificate) {
        return id(certificate) + ", valid from " + certificate.notBefore() + " to " + certificate.notAfter();
    }

    private static String words(byte[] unreadable) {
        return digest(unreadable) + ", no certificate that can be read";
    }

    private static String id(MailCertificate certificate) {
        return certificate.id().hex().substring(0, 16);
    }

    private static String digest(byte[] value) {
        return HexFormat.of().formatHex(Digest.SHA_256.of(value), 0, 8) + ", " + value.length + " octets";
    }
}
