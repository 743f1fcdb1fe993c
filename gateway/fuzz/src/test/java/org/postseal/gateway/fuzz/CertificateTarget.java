package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.path.PathValidator;

/**
 * Reads a certificate and looks for a path to the root. What is written out again must be the octets that came in, and
 * no certificate has a path but those that the root has issued.
 */
final class CertificateTarget implements Target {
    private final PathValidator validator = new PathValidator(List.of(Keys.ROOT.certificate()), List.of());

    @Override
    public String take(byte[] octets) throws Exception {
        MailCertificate certificate;
        try {
            certificate = MailCertificate.of(octets);
        } catch (CertificateException refused) {
            return "refused";
        }
        demand(Arrays.equals(certificate.encoded(), octets), "the octets are kept");
        demandSame(certificate);
        for (CertificatePurpose purpose : CertificatePurpose.values()) {
            var _ = certificate.whyNot(purpose);
            boolean isUsable = validator
                            .validate(certificate, List.of(), purpose, Keys.NOW)
                            .status()
                    instanceof CertificateStatus.Usable;
            demand(
                    !isUsable
                            || Keys.ALL.stream()
                                    .anyMatch(known -> known.certificate().equals(certificate)),
                    "only what the root has issued has a path");
        }
        var _ = certificate.capabilities();
        var _ = certificate.weakness();
        return "read";
    }

    /** Demands that each view of a certificate has its octets. */
    static void demandSame(MailCertificate certificate) throws CertificateEncodingException {
        byte[] octets = certificate.encoded();
        demand(Arrays.equals(certificate.x509().getEncoded(), octets), "the view of the JDK has the same octets");
        String base64 = certificate.toPem().replaceAll("-----[A-Z ]+-----", "");
        demand(Arrays.equals(Base64.getMimeDecoder().decode(base64), octets), "PEM has the same octets");
    }

    @Override
    public Map<String, byte[]> made() {
        Map<String, byte[]> made = new LinkedHashMap<>();
        for (Keys each : Keys.ALL) {
            made.put(
                    "read-" + each.certificate().serialNumber(),
                    each.certificate().encoded());
        }
        return made;
    }

    @Override
    public List<String> samples() {
        return List.of("pkits/**.crt", "zlint-smime/*.pem", "rfc9216/*.crt", "rfc4134/*.cer", "bouncycastle/*.crt");
    }
}
