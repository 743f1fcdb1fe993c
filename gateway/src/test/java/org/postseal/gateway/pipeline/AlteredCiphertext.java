package org.postseal.gateway.pipeline;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.certstore.ca.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.policy.EncryptionSettings;

/** One ciphertext, and altered ones that differ from it in the wrapped key or in the content, octets of a random place. */
final class AlteredCiphertext {
    private static final Spool.Factory SPOOLS = new Spool.Factory();

    /** Key of the reader and cipher. */
    enum Kind {
        RSA_CBC(KeyAlgorithm.RSA2048, EncryptionSettings.Cipher.AES256_CBC),
        RSA_GCM(KeyAlgorithm.RSA2048, EncryptionSettings.Cipher.AES256_GCM),
        P256_CBC(KeyAlgorithm.P256, EncryptionSettings.Cipher.AES256_CBC),
        P256_GCM(KeyAlgorithm.P256, EncryptionSettings.Cipher.AES256_GCM),
        ML_KEM_GCM(KeyAlgorithm.ML_KEM_768, EncryptionSettings.Cipher.AES256_GCM);

        private final KeyAlgorithm key;
        private final EncryptionSettings.Cipher cipher;

        Kind(KeyAlgorithm key, EncryptionSettings.Cipher cipher) {
            this.key = key;
            this.cipher = cipher;
        }
    }

    private final Kind kind;
    private final IssuedCertificate reader;
    private final byte[] object;
    private final Range key;
    private final Range content;

    private AlteredCiphertext(Kind kind, IssuedCertificate reader, byte[] object, byte[] key, byte[] content) {
        this.kind = kind;
        this.reader = reader;
        this.object = object;
        this.key = Range.of(object, key);
        this.content = Range.of(object, content);
    }

    static AlteredCiphertext of(Kind kind) throws Exception {
        IssuedCertificate reader = Parties.request(Parties.ALICE)
                .algorithm(kind.key)
                .profile(kind.key == KeyAlgorithm.ML_KEM_768 ? Profile.ENCRYPT : Profile.DUAL)
                .issue();
        byte[] message = TestRoad.octets(SpoofForge.FROM_BOB + SpoofForge.ENTITY);
        String sealed = new String(
                new CmsEncryptor()
                        .encrypt(
                                RawMessage.of(message),
                                SealedCopy.scan(message).header(),
                                List.of(new CmsEncryptor.Recipient(Parties.ALICE, reader.certificate())),
                                new EncryptionSettings(kind.cipher, EncryptionSettings.RsaKeyTransport.PKCS1),
                                SPOOLS.open())
                        .message()
                        .toByteArray(),
                StandardCharsets.ISO_8859_1);
        byte[] object = Base64.getMimeDecoder().decode(sealed.substring(sealed.indexOf("\r\n\r\n") + 4));
        return of(kind, reader, ContentInfo.getInstance(object));
    }

    private static AlteredCiphertext of(Kind kind, IssuedCertificate reader, ContentInfo info) throws Exception {
        byte[] object = info.getEncoded("DER");
        boolean isAuthenticated = CMSObjectIdentifiers.authEnvelopedData.equals(info.getContentType());
        ASN1Set recipients;
        EncryptedContentInfo encrypted;
        byte[] content;
        if (isAuthenticated) {
            AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
            recipients = data.getRecipientInfos();
            encrypted = data.getAuthEncryptedContentInfo();
            content = data.getMac().getOctets();
        } else {
            EnvelopedData data = EnvelopedData.getInstance(info.getContent());
            recipients = data.getRecipientInfos();
            encrypted = data.getEncryptedContentInfo();
            byte[] all = encrypted.getEncryptedContent().getOctets();
            content = Arrays.copyOfRange(all, all.length - 32, all.length - 16);
        }
        return new AlteredCiphertext(kind, reader, object, wrapped(recipients.getObjectAt(0)), content);
    }

    private static byte[] wrapped(ASN1Encodable recipient) {
        return switch (RecipientInfo.getInstance(recipient).getInfo()) {
            case KeyTransRecipientInfo transport -> transport.getEncryptedKey().getOctets();
            case KeyAgreeRecipientInfo agreement ->
                RecipientEncryptedKey.getInstance(
                                agreement.getRecipientEncryptedKeys().getObjectAt(0))
                        .getEncryptedKey()
                        .getOctets();
            case OtherRecipientInfo other ->
                KEMRecipientInfo.getInstance(other.getValue()).getEncryptedKey().getOctets();
            default -> throw new AssertionError("another kind");
        };
    }

    KeyHandle reader() {
        return reader.keyHandle();
    }

    byte[] unaltered() {
        return mail(object);
    }

    /** With RSA one whose padding is wrong in one of the ways that there are, with the others a wrap that was altered. */
    byte[] wrongKey(Random random) {
        byte[] altered = object.clone();
        if (kind.key == KeyAlgorithm.RSA2048) {
            key.put(altered, wronglyPadded(random, key.length));
        } else {
            altered[key.offset + random.nextInt(key.length)] ^= (byte) (1 + random.nextInt(255));
        }
        return mail(altered);
    }

    /** With CBC padding longer than a block, else another tag; the key stays. */
    byte[] wrongContent(Random random) {
        byte[] altered = object.clone();
        if (kind.cipher == EncryptionSettings.Cipher.AES256_CBC) {
            altered[content.offset + 15] ^= (byte) (0x80 | random.nextInt(128));
        } else {
            altered[content.offset + random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
        }
        return mail(altered);
    }

    // RFC 8017 §7.2.2 has these: the first two octets, no separator, one too early, a message of another length
    private byte[] wronglyPadded(Random random, int length) {
        byte[] block = new byte[length];
        for (int i = 0; i < length; i++) {
            block[i] = (byte) (1 + random.nextInt(255));
        }
        block[0] = 0;
        block[1] = 2;
        switch (random.nextInt(5)) {
            case 0 -> block[1] = (byte) (3 + random.nextInt(253));
            case 1 -> block[0] = 1;
            case 2 -> {
                // no separator at all
            }
            case 3 -> block[2 + random.nextInt(8)] = 0;
            default -> block[length - 17] = 0;
        }
        RSAPublicKey rsa = (RSAPublicKey) reader.certificate().x509().getPublicKey();
        BigInteger number = new BigInteger(1, block).mod(rsa.getModulus());
        byte[] encrypted =
                number.modPow(rsa.getPublicExponent(), rsa.getModulus()).toByteArray();
        byte[] fixed = new byte[length];
        int count = Math.min(encrypted.length, length);
        System.arraycopy(encrypted, encrypted.length - count, fixed, length - count, count);
        return fixed;
    }

    private static byte[] mail(byte[] object) {
        return TestRoad.octets(SpoofForge.FROM_BOB
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + SpoofForge.base64(object) + "\r\n");
    }

    /** Where octets stand in others. */
    private record Range(int offset, int length) {
        static Range of(byte[] all, byte[] part) {
            for (int i = 0; i + part.length <= all.length; i++) {
                if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                    return new Range(i, part.length);
                }
            }
            throw new AssertionError("not there");
        }

        void put(byte[] all, byte[] octets) {
            System.arraycopy(octets, 0, all, offset, length);
        }
    }
}
