package org.postseal.gateway.road.pipeline;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * One ciphertext, and altered ones that fail by the wrapped key or by the content. The altered octets are at random
 * places.
 */
final class AlteredCiphertext {
    private static final Spool.Factory SPOOLS = new Spool.Factory();

    /** The key of the reader, and the cipher. */
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

    /** What is wrong with an altered ciphertext. */
    enum Failure {
        /**
         * No content key comes out. With RSA the padding is wrong, in one of the possible ways. Otherwise the check of
         * the key wrap fails, with ML-KEM also because another secret was encapsulated.
         */
        KEY_UNREADABLE,
        /** A complete content key comes out, but it is that of another message. */
        KEY_OTHER,
        /** With CBC the padding is longer than a block, otherwise the tag is wrong. The key is unchanged. */
        CONTENT_ALTERED
    }

    private final Kind kind;
    private final IssuedCertificate reader;
    private final byte[] object;
    private final List<Range> keys;
    private final Optional<Range> ephemeral;
    private final Range content;

    private AlteredCiphertext(
            Kind kind,
            IssuedCertificate reader,
            byte[] object,
            List<byte[]> keys,
            Optional<byte[]> ephemeral,
            byte[] content) {
        this.kind = kind;
        this.reader = reader;
        this.object = object;
        this.keys = keys.stream().map(each -> Range.of(object, each)).toList();
        this.ephemeral = ephemeral.map(each -> Range.of(object, each));
        this.content = Range.of(object, content);
    }

    static AlteredCiphertext of(Kind kind) throws Exception {
        IssuedCertificate reader = Parties.request(Parties.ALICE)
                .algorithm(kind.key)
                .profile(kind.key == KeyAlgorithm.ML_KEM_768 ? Profile.ENCRYPT : Profile.DUAL)
                .issue();
        return of(kind, reader, seal(kind, reader));
    }

    private static ContentInfo seal(Kind kind, IssuedCertificate reader) throws Exception {
        byte[] message = TestRoad.octets(SpoofForge.FROM_BOB + SpoofForge.ENTITY);
        byte[] sealed = new CmsEncryptor()
                .encrypt(
                        RawMessage.of(message),
                        SealedCopy.scan(message).header(),
                        List.of(new CmsEncryptor.Recipient(Parties.ALICE, reader.certificate())),
                        new EncryptionSettings(kind.cipher, EncryptionSettings.RsaKeyTransport.PKCS1),
                        SPOOLS.open())
                .message()
                .toByteArray();
        return ContentInfo.getInstance(SealedCopy.cms(sealed));
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
        ASN1Encodable recipient = recipients.getObjectAt(0);
        return new AlteredCiphertext(kind, reader, object, keys(recipient), ephemeral(recipient), content);
    }

    /** Returns the octets that wrap the content key; with ML-KEM also the encapsulated secret. */
    private static List<byte[]> keys(ASN1Encodable recipient) {
        return switch (RecipientInfo.getInstance(recipient).getInfo()) {
            case KeyTransRecipientInfo transport ->
                List.of(transport.getEncryptedKey().getOctets());
            case KeyAgreeRecipientInfo agreement ->
                List.of(RecipientEncryptedKey.getInstance(
                                agreement.getRecipientEncryptedKeys().getObjectAt(0))
                        .getEncryptedKey()
                        .getOctets());
            case OtherRecipientInfo other -> {
                KEMRecipientInfo info = KEMRecipientInfo.getInstance(other.getValue());
                yield List.of(
                        info.getEncryptedKey().getOctets(), info.getKemct().getOctets());
            }
            default -> throw new AssertionError("another kind");
        };
    }

    private static Optional<byte[]> ephemeral(ASN1Encodable recipient) {
        return RecipientInfo.getInstance(recipient).getInfo() instanceof KeyAgreeRecipientInfo agreement
                ? Optional.of(agreement
                        .getOriginator()
                        .getOriginatorKey()
                        .getPublicKeyData()
                        .getOctets())
                : Optional.empty();
    }

    KeyHandle reader() {
        return reader.keyHandle();
    }

    byte[] unaltered() {
        return mail(object);
    }

    byte[] altered(Failure failure, Random random) throws Exception {
        return switch (failure) {
            case KEY_UNREADABLE -> keyUnreadable(random);
            case KEY_OTHER -> keyOther();
            case CONTENT_ALTERED -> contentAltered(random);
        };
    }

    /**
     * Returns a ciphertext whose ephemeral key is no point of the curve, or has another form. Only for kinds with a
     * curve.
     */
    byte[] withoutEphemeralKey(Random random) {
        return changed(ephemeral.orElseThrow(), random);
    }

    private byte[] keyUnreadable(Random random) {
        if (kind.key != KeyAlgorithm.RSA2048) {
            return changed(keys.get(random.nextInt(keys.size())), random);
        }
        Range key = keys.getFirst();
        byte[] altered = object.clone();
        key.put(altered, wronglyPadded(random, key.length));
        return mail(altered);
    }

    private byte[] keyOther() throws Exception {
        ContentInfo mine = ContentInfo.getInstance(object);
        ContentInfo other = seal(kind, reader);
        ASN1Encodable data;
        if (CMSObjectIdentifiers.authEnvelopedData.equals(mine.getContentType())) {
            AuthEnvelopedData one = AuthEnvelopedData.getInstance(mine.getContent());
            data = new AuthEnvelopedData(
                    null,
                    AuthEnvelopedData.getInstance(other.getContent()).getRecipientInfos(),
                    one.getAuthEncryptedContentInfo(),
                    one.getAuthAttrs(),
                    one.getMac(),
                    null);
        } else {
            data = new EnvelopedData(
                    null,
                    EnvelopedData.getInstance(other.getContent()).getRecipientInfos(),
                    EnvelopedData.getInstance(mine.getContent()).getEncryptedContentInfo(),
                    (ASN1Set) null);
        }
        return mail(new ContentInfo(mine.getContentType(), data).getEncoded("DER"));
    }

    private byte[] contentAltered(Random random) {
        if (kind.cipher != EncryptionSettings.Cipher.AES256_CBC) {
            return changed(content, random);
        }
        byte[] altered = object.clone();
        altered[content.offset + 15] ^= (byte) (0x80 | random.nextInt(128));
        return mail(altered);
    }

    private byte[] changed(Range range, Random random) {
        byte[] altered = object.clone();
        altered[range.offset + random.nextInt(range.length)] ^= (byte) (1 + random.nextInt(255));
        return mail(altered);
    }

    // Makes one of the faults of RFC 8017 §7.2.2: wrong first two octets, no separator, one too early, or a message of
    // another length.
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
                // The block has no separator.
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

    /** The place of octets in others. */
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
