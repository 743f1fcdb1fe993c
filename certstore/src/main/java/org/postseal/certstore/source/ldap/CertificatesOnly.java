package org.postseal.certstore.source.ldap;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.postseal.certstore.MailCertificate;

/** Reads a bare certificate, or the certificates of a SignedData (RFC 2798 §2.8) whose signature it does not check and whose attributes it ignores. */
public final class CertificatesOnly implements SmimeCertificateDecoder {
    /** Certificates of one value; a chain has about four. */
    public static final int MAX_CERTIFICATES = 20;

    @Override
    public Bundle decode(byte[] value) throws CertificateException {
        List<MailCertificate> own = new ArrayList<>();
        List<MailCertificate> helpers = new ArrayList<>();
        for (byte[] der : certificates(value)) {
            MailCertificate certificate = MailCertificate.of(der);
            (certificate.x509().getBasicConstraints() < 0 ? own : helpers).add(certificate);
        }
        return new Bundle(own, List.of(), helpers, Optional.empty());
    }

    private static List<byte[]> certificates(byte[] value) throws CertificateException {
        try {
            ASN1Sequence outer = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(value));
            if (!(outer.getObjectAt(0) instanceof ASN1ObjectIdentifier type)) {
                return List.of(value);
            }
            if (!type.equals(PKCSObjectIdentifiers.signedData)) {
                throw new CertificateException("neither a certificate nor a SignedData");
            }
            List<byte[]> found = new ArrayList<>();
            for (X509CertificateHolder each :
                    new CMSSignedData(value).getCertificates().getMatches(null)) {
                if (found.size() == MAX_CERTIFICATES) {
                    throw new CertificateException("more than " + MAX_CERTIFICATES + " certificates");
                }
                found.add(each.getEncoded());
            }
            return found;
        } catch (IOException | CMSException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds
            throw new CertificateException("malformed value", e);
        }
    }
}
