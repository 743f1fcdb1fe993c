package org.postseal.certstore.enrolment;

import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.ReadOptions;

/** Reads the certificates that an authority outside this process hands out. */
final class AnswerFile {
    private AnswerFile() {}

    /** @param says begins the reason why the octets are no answer: the authority, and a verb */
    static Answer read(String says, byte[] octets) {
        return switch (CertificateFiles.read("output", octets, ReadOptions.strict())) {
            case CertificateFile.Refused refused ->
                new Answer.Unavailable(
                        says + " no certificate: " + refused.problem().message());
            case CertificateFile.Contents contents
            when !contents.keys().isEmpty() || !contents.problems().isEmpty() ->
                new Answer.Unavailable(says + " what is no certificate: "
                        + (contents.keys().isEmpty()
                                ? contents.problems().getFirst().message()
                                : "a private key"));
            case CertificateFile.Contents contents -> {
                List<MailCertificate> certificates = contents.certificates().stream()
                        .map(CertificateElement::certificate)
                        .toList();
                yield certificates.isEmpty()
                        ? new Answer.Unavailable(says + " no certificate")
                        : new Answer.Issued(certificates);
            }
        };
    }
}
