package org.postseal.certstore.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;

/** Has OpenSSL encrypt messages to a key, and takes them apart by hand. */
final class OpensslMessages {
    static final byte[] PLAIN = "Hello token\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Path directory;

    /** Creates messages whose files are in {@code directory}. */
    OpensslMessages(Path directory) {
        this.directory = directory;
    }

    byte[] encrypt(MailCertificate certificate, String... options) throws Exception {
        Path recipient = Files.writeString(directory.resolve("recipient.pem"), certificate.toPem());
        Path plain = Files.write(directory.resolve("plain"), PLAIN);
        Path out = directory.resolve("out.der");
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "cms",
                "-encrypt",
                "-binary",
                "-aes-256-cbc",
                "-outform",
                "DER",
                "-in",
                plain.toString(),
                "-out",
                out.toString(),
                "-recip",
                recipient.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return Files.readAllBytes(out);
    }

    private static EnvelopedData enveloped(byte[] message) throws Exception {
        ContentInfo info = new CMSEnvelopedData(message).toASN1Structure();
        return EnvelopedData.getInstance(info.getContent());
    }

    static WrappedContentKey wrapped(byte[] message) throws Exception {
        ASN1Set recipients = enveloped(message).getRecipientInfos();
        ASN1Encodable one = RecipientInfo.getInstance(recipients.getObjectAt(0)).getInfo();
        if (one instanceof KeyTransRecipientInfo transport) {
            return new WrappedContentKey.KeyTransport(
                    transport.getKeyEncryptionAlgorithm(),
                    transport.getEncryptedKey().getOctets(),
                    32);
        }
        KeyAgreeRecipientInfo agreement = KeyAgreeRecipientInfo.getInstance(one);
        OriginatorPublicKey originator = agreement.getOriginator().getOriginatorKey();
        ASN1OctetString ukm = agreement.getUserKeyingMaterial();
        return new WrappedContentKey.KeyAgreement(
                agreement.getKeyEncryptionAlgorithm(),
                new SubjectPublicKeyInfo(
                        originator.getAlgorithm(), originator.getPublicKeyData().getOctets()),
                ukm == null ? null : ukm.getOctets(),
                RecipientEncryptedKey.getInstance(
                                agreement.getRecipientEncryptedKeys().getObjectAt(0))
                        .getEncryptedKey()
                        .getOctets(),
                32);
    }

    static WrappedContentKey damaged(WrappedContentKey wrapped) {
        return switch (wrapped) {
            case WrappedContentKey.KeyTransport it ->
                new WrappedContentKey.KeyTransport(it.algorithm(), flipped(it.encryptedKey()), 32);
            case WrappedContentKey.KeyAgreement it ->
                new WrappedContentKey.KeyAgreement(
                        it.algorithm(), it.originator(), it.userKeyingMaterial(), flipped(it.encryptedKey()), 32);
            case WrappedContentKey.Encapsulation _ -> throw new IllegalArgumentException("OpenSSL makes none");
        };
    }

    private static byte[] flipped(byte[] octets) {
        byte[] copy = octets.clone();
        copy[copy.length - 1] ^= 1;
        return copy;
    }

    static byte[] decrypt(byte[] message, byte[] contentKey) throws Exception {
        EncryptedContentInfo content = enveloped(message).getEncryptedContentInfo();
        byte[] iv = ASN1OctetString.getInstance(
                        content.getContentEncryptionAlgorithm().getParameters())
                .getOctets();
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(content.getEncryptedContent().getOctets());
    }
}
