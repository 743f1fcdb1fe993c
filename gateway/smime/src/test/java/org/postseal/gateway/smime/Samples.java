package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.PemFile;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;

/**
 * Reads samples of third parties, each as the mail that it would be: a bare object under an S/MIME label, a detached
 * signature beside its content, text with CRLF.
 */
final class Samples {
    private Samples() {}

    static byte[] octets(String file) throws IOException {
        return Files.readAllBytes(Corpora.directory().resolve(file));
    }

    /** Returns every file below a folder, as {@code folder/name}. */
    static List<String> files(String folder) throws IOException {
        Path root = Corpora.directory();
        try (Stream<Path> files = Files.walk(root.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    static RawMessage mail(String file) throws IOException {
        byte[] octets = octets(file);
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        if (text.startsWith("POST ")) {
            // This is AS2 over HTTP: without the request line its head is a header section.
            return Mail.of(text.substring(text.indexOf("\r\n") + 2));
        }
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "eml", "message" -> Mail.of(text.replace("\r\n", "\n").replace("\n", "\r\n"));
            case "b64", "pem", "asc", "cms" ->
                labelled(Base64.getMimeDecoder().decode(text.replaceAll("-----.*-----", "")));
            default -> labelled(octets);
        };
    }

    /** Returns a detached signature and its content as multipart/signed. */
    static RawMessage clearSigned(String signature, String content) throws IOException {
        return Mail.of(Mail.OUTER
                + "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n--b\r\n"
                + new String(octets(content), StandardCharsets.ISO_8859_1)
                + "\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(octets(signature)) + "\r\n--b--\r\n");
    }

    /** Returns a message with this object, as a mail program labels it. */
    static RawMessage labelled(byte[] object) {
        return Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(object) + "\r\n");
    }

    static MailCertificate certificate(String file) throws Exception {
        byte[] octets = octets(file);
        if (octets[0] == '0') {
            return MailCertificate.of(octets);
        }
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        // One of them has a description in front.
        String pem = text.substring(text.indexOf("-----BEGIN CERTIFICATE-----"));
        return PemFile.read(pem.getBytes(StandardCharsets.ISO_8859_1))
                .certificates()
                .getFirst();
    }

    static KeyHandle key(String file, String certificate) throws Exception {
        return key(octets(file), certificate(certificate));
    }

    /** Reads a key in PEM, or in DER as PKCS #8 has it. */
    static KeyHandle key(byte[] octets, MailCertificate certificate) throws Exception {
        return PemFile.read(octets[0] == '0' ? pem(octets) : octets)
                .keys()
                .getFirst()
                .handle(certificate, List.of());
    }

    private static byte[] pem(byte[] pkcs8) {
        return ("-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns how an enveloped-data names its readers, who all use key transport. */
    static List<ASN1Encodable> recipients(String file) throws IOException {
        byte[] object = CmsRoot.content(Mail.scan(mail(file))).readAllBytes();
        EnvelopedData data =
                EnvelopedData.getInstance(ContentInfo.getInstance(object).getContent());
        return Stream.of(data.getRecipientInfos().toArray())
                .map(each -> KeyTransRecipientInfo.getInstance(
                                RecipientInfo.getInstance(each).getInfo())
                        .getRecipientIdentifier()
                        .getId())
                .toList();
    }

    /** Returns the content that an opaque signature at the root covers. */
    static byte[] signedContent(RawMessage mail) throws IOException {
        MimeEntity root = Mail.scan(mail);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (InputStream object = CmsRoot.content(root)) {
            new SignedDataReader().content(object, root.raw().size(), content);
        }
        return content.toByteArray();
    }

    /** Returns the content of a ciphertext, whether it is MIME or not. It checks no tag. */
    static byte[] plaintext(RawMessage mail, KeyHandle key) throws Exception {
        MimeEntity root = Mail.scan(mail);
        RecipientKeys keys = new RecipientKeys(List.of(key), LegacyReading.ALL);
        try (InputStream object = CmsRoot.content(root);
                EnvelopedDataReader reader =
                        EnvelopedDataReader.open(object, root.raw().size(), CmsLimits.DEFAULT, keys)) {
            RecipientKey recipient = reader.recipients().getFirst();
            ContentKeyUse use = ContentKeyUse.of(reader.algorithm());
            ContentCipher cipher = ContentCipher.of(use.algorithm()).orElseThrow();
            byte[] contentKey = use.key(
                    recipient.key().recoverContentKey(recipient.wrapped().apply(cipher.keyLength())));
            ContentDecryption decryption =
                    new ContentDecryption(CipherParameters.read(cipher, use.algorithm()), contentKey, new byte[0]);
            byte[] ciphertext = reader.ciphertext().readAllBytes();
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            plain.write(decryption.output(), 0, decryption.update(ciphertext, ciphertext.length));
            byte[] tag = decryption.tagLength() > 0 ? reader.trailer().tag() : new byte[0];
            plain.write(decryption.output(), 0, decryption.finish(tag));
            return plain.toByteArray();
        }
    }
}
