package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.CertificateConfirmationContentBuilder;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.CertificateReqMessagesBuilder;
import org.bouncycastle.cert.crmf.CertificateRequestMessageBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.enrolment.CmpAuthority.UnusableException;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;

/** Makes our messages about one order (RFC 9810 §5.3). */
final class CmpQuestions {
    private CmpQuestions() {}

    /** Asks for a certificate for what the request in PEM says, with a proof by its key. */
    static PKIBody initialization(Request request) throws IOException {
        PKCS10CertificationRequest pkcs10 = pkcs10(request);
        CertificateRequestMessageBuilder builder = new CertificateRequestMessageBuilder(BigInteger.ZERO)
                .setSubject(pkcs10.getSubject())
                .setPublicKey(pkcs10.getSubjectPublicKeyInfo())
                .setProofOfPossessionSigningKeySigner(request.proof().get());
        Extensions extensions = pkcs10.getRequestedExtensions();
        for (ASN1ObjectIdentifier each : extensions.getExtensionOIDs()) {
            Extension extension = extensions.getExtension(each);
            builder.addExtension(each, extension.isCritical(), extension.getParsedValue());
        }
        try {
            CertificateReqMessagesBuilder messages = new CertificateReqMessagesBuilder();
            messages.addRequest(builder.build());
            return new PKIBody(PKIBody.TYPE_INIT_REQ, messages.build().toASN1Structure());
        } catch (CRMFException e) {
            throw new IllegalStateException("no provider signs with the key of the order", e);
        }
    }

    private static PKCS10CertificationRequest pkcs10(Request request) throws IOException {
        return new PKCS10CertificationRequest(
                PemText.find(request.pkcs10(), "CERTIFICATE REQUEST").orElseThrow());
    }

    /** Says that we have the certificate, or that it is not for our key. */
    static PKIBody confirmation(Request request, MailCertificate certificate) throws IOException, UnusableException {
        return new PKIBody(PKIBody.TYPE_CERT_CONFIRM, word(request, certificate));
    }

    private static CertConfirmContent word(Request request, MailCertificate certificate)
            throws IOException, UnusableException {
        try {
            CertConfirmContent accepted = new CertificateConfirmationContentBuilder()
                    .addAcceptedCertificate(certificate.holder(), REQUEST_ID)
                    .build(new JcaDigestCalculatorProviderBuilder().build())
                    .toASN1Structure();
            if (certificate
                    .holder()
                    .getSubjectPublicKeyInfo()
                    .equals(pkcs10(request).getSubjectPublicKeyInfo())) {
                return accepted;
            }
            return CertConfirmContent.getInstance(new DERSequence(new CertStatus(
                    accepted.toCertStatusArray()[0].getCertHash().getOctets(),
                    REQUEST_ID.getValue(),
                    new PKIStatusInfo(
                            PKIStatus.rejection,
                            new PKIFreeText("the certificate is not for the key of the request"),
                            new PKIFailureInfo(PKIFailureInfo.badCertTemplate)))));
        } catch (CMPException | OperatorCreationException e) {
            throw new UnusableException("answers with a certificate that nobody can confirm", e);
        }
    }

    /** RFC 9483 §4.1.1: the only request of a message. */
    static final ASN1Integer REQUEST_ID = new ASN1Integer(0);
}
