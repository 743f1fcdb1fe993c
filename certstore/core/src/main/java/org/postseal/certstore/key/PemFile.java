package org.postseal.certstore.key;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemObject;
import org.postseal.certstore.MailCertificate;

/**
 * Reads certificate files in PEM or DER: certificates, certs-only PKCS #7, and in PEM also unencrypted private keys.
 */
public final class PemFile {
    private PemFile() {}

    /**
     * Reads a file. Its contents decide about the format, not its name.
     *
     * @throws KeyFileException if any object in it cannot be used
     */
    public static KeyFile read(byte[] content) throws KeyFileException {
        return isPem(content) ? readPem(content) : readDer(content);
    }

    private static boolean isPem(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private static KeyFile readDer(byte[] content) throws KeyFileException {
        try {
            return new KeyFile(List.of(), List.of(MailCertificate.of(content)));
        } catch (CertificateException e) {
            // Both begin with a SEQUENCE. An OID as its first element means PKCS #7.
            if (!looksLikePkcs7(content)) {
                throw new KeyFileException(
                        content.length > 0 && content[0] == 0x30
                                ? "certificate refused: " + e.getMessage()
                                : "neither a certificate nor PKCS #7",
                        e);
            }
            List<MailCertificate> certificates = new ArrayList<>();
            addCertificatesOnly(content, certificates);
            return new KeyFile(List.of(), certificates);
        }
    }

    private static boolean looksLikePkcs7(byte[] content) {
        try {
            return ASN1Sequence.getInstance(content).getObjectAt(0) instanceof ASN1ObjectIdentifier;
        } catch (RuntimeException notDer) {
            return false;
        }
    }

    private static KeyFile readPem(byte[] content) throws KeyFileException {
        List<KeyMaterial> keys = new ArrayList<>();
        List<MailCertificate> certificates = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(new String(content, StandardCharsets.ISO_8859_1)))) {
            for (PemObject object = parser.readPemObject(); object != null; object = parser.readPemObject()) {
                add(object, keys, certificates);
            }
        } catch (CertificateException e) {
            throw new KeyFileException("certificate refused: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new KeyFileException("malformed PEM", e);
        }
        return new KeyFile(keys, certificates);
    }

    private static void add(PemObject object, List<KeyMaterial> keys, List<MailCertificate> certificates)
            throws KeyFileException, CertificateException {
        switch (object.getType()) {
            case "CERTIFICATE", "X509 CERTIFICATE" -> certificates.add(MailCertificate.of(object.getContent()));
            case "PKCS7", "CMS" -> addCertificatesOnly(object.getContent(), certificates);
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> keys.add(privateKey(object));
            case "ENCRYPTED PRIVATE KEY" ->
                throw new KeyFileException("encrypted private keys are read from PKCS #12 only");
            default -> {} // parameters, requests and the like
        }
    }

    private static KeyMaterial privateKey(PemObject object) throws KeyFileException {
        // Legacy encryption announces itself by headers such as Proc-Type: 4,ENCRYPTED.
        if (!object.getHeaders().isEmpty()) {
            throw new KeyFileException("encrypted private keys are read from PKCS #12 only");
        }
        return PrivateKeyFile.read(object.getType(), object.getContent(), null);
    }

    private static void addCertificatesOnly(byte[] content, List<MailCertificate> certificates)
            throws KeyFileException {
        try {
            Collection<X509CertificateHolder> holders =
                    new CMSSignedData(content).getCertificates().getMatches(null);
            for (X509CertificateHolder holder : holders) {
                certificates.add(MailCertificate.of(holder.getEncoded()));
            }
        } catch (CertificateException e) {
            throw new KeyFileException("certificate refused: " + e.getMessage(), e);
        } catch (CMSException | IOException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            throw new KeyFileException("malformed PKCS #7", e);
        }
    }
}
