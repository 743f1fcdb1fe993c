package org.postseal.gateway.e2e.interop;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.RecipientId;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientInformationStore;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.ZlibCompressor;
import org.bouncycastle.mail.smime.SMIMEAuthEnveloped;
import org.bouncycastle.mail.smime.SMIMEAuthEnvelopedGenerator;
import org.bouncycastle.mail.smime.SMIMECompressedGenerator;
import org.bouncycastle.mail.smime.SMIMEEnveloped;
import org.bouncycastle.mail.smime.SMIMEEnvelopedGenerator;
import org.bouncycastle.mail.smime.SMIMEException;
import org.bouncycastle.mail.smime.SMIMESigned;
import org.bouncycastle.mail.smime.SMIMESignedGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * The S/MIME classes of Bouncy Castle, on Jakarta Mail and Bouncy Castle's own primitives: another reader and writer of
 * MIME and of the algorithms. It reads CMS structures by the same library as Postseal, so the other peers tell more
 * about these.
 */
final class BcJmail implements Peer {
    private final People people;
    private final BcKeys keys;
    private final BcRecipients recipients;

    BcJmail(People people) {
        this.people = people;
        this.keys = new BcKeys(people);
        this.recipients = new BcRecipients(keys);
    }

    @Override
    public PeerName name() {
        return PeerName.BCJMAIL;
    }

    /** Returns the version in the name of the jar. */
    @Override
    public String version() {
        String jar = SMIMESigned.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.substring(jar.lastIndexOf('-') + 1, jar.lastIndexOf('.'));
    }

    @Override
    public Answer sign(byte[] entity, SignatureLine line, boolean clear) {
        return answer(() -> {
            SMIMESignedGenerator generator = new SMIMESignedGenerator();
            generator.addSignerInfoGenerator(keys.signer(line));
            generator.addCertificates(new JcaCertStore(List.of(
                    keys.certificate(line.key()), people.authority().issuer().x509())));
            if (clear) {
                MimeMessage message = new MimeMessage(SESSION);
                message.setContent(generator.generate(part(entity)));
                return octets(message);
            }
            return octets(generator.generateEncapsulated(part(entity)));
        });
    }

    @Override
    public Answer verify(SmimeMail mail, Identity signer) {
        return answer(() -> {
            MimeMessage message = new MimeMessage(SESSION, new ByteArrayInputStream(mail.octets()));
            SMIMESigned signed = message.getContent() instanceof MimeMultipart parts
                    ? new SMIMESigned(parts)
                    : new SMIMESigned(message);
            Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
            SignerInformation only = signers.iterator().next();
            X509Certificate certificate = keys.trusted(signed, only);
            boolean isGood = signers.size() == 1
                    && certificate.equals(keys.certificate(signer))
                    && only.verify(new JcaSimpleSignerInfoVerifierBuilder()
                            .setProvider(BcKeys.PROVIDER)
                            .build(certificate));
            if (!isGood) {
                throw new CMSException("not verified");
            }
            return octets(signed.getContent());
        });
    }

    @Override
    public Answer encrypt(byte[] entity, EncryptionLine line) {
        return answer(() -> {
            SMIMEEnvelopedGenerator generator = line.settings().cipher().isAuthenticated()
                    ? new SMIMEAuthEnvelopedGenerator()
                    : new SMIMEEnvelopedGenerator();
            for (KeyAlgorithm recipient : line.recipients()) {
                generator.addRecipientInfoGenerator(recipients.recipient(recipient, line));
            }
            return octets(generator.generate(part(entity), recipients.cipher(line)));
        });
    }

    @Override
    public Answer decrypt(SmimeMail mail, Identity reader) {
        return answer(() -> {
            MimeMessage message = new MimeMessage(SESSION, new ByteArrayInputStream(mail.octets()));
            boolean isAuthenticated = mail.kind().endsWith("authEnveloped-data");
            RecipientInformationStore found = isAuthenticated
                    ? new SMIMEAuthEnveloped(message).getRecipientInfos()
                    : new SMIMEEnveloped(message).getRecipientInfos();
            for (RecipientId identifier : keys.identifiers(reader)) {
                RecipientInformation recipient = found.get(identifier);
                if (recipient != null) {
                    return recipient.getContent(keys.opener(reader, isAuthenticated));
                }
            }
            throw new CMSException("not a recipient");
        });
    }

    @Override
    public Answer compress(byte[] entity) {
        return answer(() -> octets(new SMIMECompressedGenerator().generate(part(entity), new ZlibCompressor())));
    }

    @Override
    public Answer certificates(Identity of) {
        return answer(() -> {
            SMIMESignedGenerator generator = new SMIMESignedGenerator();
            generator.addCertificates(new JcaCertStore(List.of(keys.certificate(of))));
            return generator.generateCertificateManagement().getInputStream().readAllBytes();
        });
    }

    @Override
    public Answer readCertificates(byte[] certificates, Identity of) {
        return answer(() -> {
            Collection<X509CertificateHolder> found =
                    new CMSSignedData(certificates).getCertificates().getMatches(null);
            return found.iterator().next().getEncoded();
        });
    }

    @Override
    public void close() {
        // It runs in this process, so there is nothing to close.
    }

    private interface Work {
        byte[] octets()
                throws MessagingException, IOException, CMSException, SMIMEException, OperatorCreationException,
                        GeneralSecurityException;
    }

    private static Answer answer(Work work) {
        try {
            return new Answer.Done(work.octets());
        } catch (MessagingException
                | IOException
                | CMSException
                | SMIMEException
                | OperatorCreationException
                | GeneralSecurityException
                | RuntimeException refusal) {
            return new Answer.Refused(refusal + " caused by " + refusal.getCause());
        }
    }

    private static MimeBodyPart part(byte[] entity) throws MessagingException {
        return new MimeBodyPart(new ByteArrayInputStream(entity));
    }

    private static byte[] octets(MimeBodyPart part) throws MessagingException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        part.writeTo(out);
        return out.toByteArray();
    }

    // The fields of the message are left out: the caller adds them.
    private static byte[] octets(MimeMessage message) throws MessagingException, IOException {
        message.saveChanges();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeTo(out, new String[] {"Message-ID", "MIME-Version"});
        return out.toByteArray();
    }

    private static final Session SESSION = Session.getInstance(new Properties());
}
