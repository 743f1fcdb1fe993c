package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * Writes the DER of enveloped-data (RFC 5652 §6) or authEnveloped-data (RFC 5083) while the content streams by. The
 * length of the ciphertext follows from that of the content, so that definite lengths, which every peer reads, cost
 * nothing. There is one content key per message, made here and forgotten here.
 */
final class EnvelopedDataWriter {
    private final ContentCipher cipher;
    private final EncryptionSettings settings;
    private final SecureRandom random;

    EnvelopedDataWriter(EncryptionSettings settings, SecureRandom random) {
        this.cipher = ContentCipher.of(settings.cipher());
        this.settings = settings;
        this.random = random;
    }

    /** Encrypts {@code content} to the certificates, each of them once. */
    void write(RawMessage content, List<MailCertificate> recipients, OutputStream out)
            throws IOException, GeneralSecurityException {
        byte[] contentKey = randomOctets(cipher.keyLength());
        try {
            ASN1EncodableVector infos = new ASN1EncodableVector();
            boolean onlyVersion0 = true;
            boolean hasOther = false;
            RecipientInfoWriter writer = new RecipientInfoWriter(contentKey, settings);
            for (MailCertificate certificate : recipients) {
                RecipientInfo info = writer.recipient(certificate);
                onlyVersion0 &= info.getInfo() instanceof KeyTransRecipientInfo transport
                        && transport.getVersion().hasValue(0);
                hasOther |= info.getInfo() instanceof OtherRecipientInfo;
                infos.add(info);
            }
            // RFC 5652 §6.1 and RFC 5083 §2.1 say which version this is.
            int version = cipher.isAuthenticated() || onlyVersion0 ? 0 : hasOther ? 3 : 2;
            write(content, contentKey, version, Der.encode(new DERSet(infos)), out);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    private void write(RawMessage content, byte[] contentKey, int version, byte[] recipientInfos, OutputStream out)
            throws IOException, GeneralSecurityException {
        CipherParameters parameters = CipherParameters.fresh(cipher, random);
        byte[] versionDer = Der.encode(new ASN1Integer(version));
        byte[] dataType = Der.encode(CMSObjectIdentifiers.data);
        byte[] algorithm = Der.encode(parameters.identifier());
        long encrypted = cipher.encryptedSize(content.size());
        long contentInfo = dataType.length + algorithm.length + Der.size(encrypted);
        long macSize = cipher.isAuthenticated() ? Der.size(parameters.tagLength()) : 0;
        long body = versionDer.length + recipientInfos.length + Der.size(contentInfo) + macSize;
        byte[] type = Der.encode(
                cipher.isAuthenticated() ? CMSObjectIdentifiers.authEnvelopedData : CMSObjectIdentifiers.envelopedData);
        out.write(Der.header(Der.SEQUENCE, type.length + Der.size(Der.size(body))));
        out.write(type);
        out.write(Der.header(Der.CONTEXT_0_CONSTRUCTED, Der.size(body)));
        out.write(Der.header(Der.SEQUENCE, body));
        out.write(versionDer);
        out.write(recipientInfos);
        out.write(Der.header(Der.SEQUENCE, contentInfo));
        out.write(dataType);
        out.write(algorithm);
        out.write(Der.header(Der.CONTEXT_0_PRIMITIVE, encrypted));
        byte[] tag = encrypt(content, contentKey, parameters, encrypted, out);
        if (cipher.isAuthenticated()) {
            out.write(Der.header(Der.OCTET_STRING, tag.length));
            out.write(tag);
        }
    }

    // JCA puts the tag after the ciphertext, and CMS puts it into a field of its own.
    private byte[] encrypt(
            RawMessage content, byte[] contentKey, CipherParameters parameters, long size, OutputStream out)
            throws IOException, GeneralSecurityException {
        CryptoCount count = CryptoCount.of(
                CryptoOperation.ENCRYPT_CONTENT, cipher.algorithm().word());
        Provider provider = null;
        try {
            Cipher jca = parameters.engine(Cipher.ENCRYPT_MODE, contentKey);
            provider = jca.getProvider();
            byte[] tag = encrypt(content, jca, new TailSplitter(out, size, parameters.tagLength()));
            count.done(provider);
            return tag;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(provider);
            throw e;
        }
    }

    private byte[] encrypt(RawMessage content, Cipher jca, TailSplitter splitter)
            throws IOException, GeneralSecurityException {
        byte[] plain = new byte[ContentCipher.CHUNK];
        byte[] sealed = new byte[jca.getOutputSize(ContentCipher.CHUNK) + cipher.block()];
        try (InputStream in = content.open()) {
            for (int n = in.readNBytes(plain, 0, plain.length); n > 0; n = in.readNBytes(plain, 0, plain.length)) {
                splitter.write(sealed, jca.update(plain, 0, n, sealed));
            }
        }
        byte[] last = jca.doFinal();
        splitter.write(last, last.length);
        return splitter.tail();
    }

    private byte[] randomOctets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    /** Passes the first octets on and keeps the rest. */
    private static final class TailSplitter {
        private final OutputStream out;
        private final byte[] tail;
        private long toPass;
        private int kept;

        TailSplitter(OutputStream out, long toPass, int tail) {
            this.out = out;
            this.tail = new byte[tail];
            this.toPass = toPass;
        }

        void write(byte[] octets, int length) throws IOException {
            int passed = (int) Math.min(length, toPass);
            out.write(octets, 0, passed);
            toPass -= passed;
            System.arraycopy(octets, passed, tail, kept, length - passed);
            kept += length - passed;
        }

        byte[] tail() throws GeneralSecurityException {
            if (toPass != 0) {
                throw new GeneralSecurityException("ciphertext is shorter than announced");
            }
            return Arrays.copyOf(tail, kept);
        }
    }
}
