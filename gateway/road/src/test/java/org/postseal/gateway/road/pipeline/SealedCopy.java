package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.PKIXRecipientId;
import org.bouncycastle.cms.RecipientInformation;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.smime.protect.Payload;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/** Makes encrypted messages, and looks into them. */
public final class SealedCopy {
    private static final Spool.Factory SPOOLS = new Spool.Factory();
    static final EncryptionSettings GCM =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_GCM, EncryptionSettings.RsaKeyTransport.PKCS1);

    private SealedCopy() {}

    /** Returns the serial numbers of all certificates that can read it, as Bouncy Castle sees them. */
    public static Set<BigInteger> readers(byte[] message) {
        try {
            Collection<RecipientInformation> infos = infos(cms(message));
            return infos.stream()
                    .map(info -> ((PKIXRecipientId) info.getRID()).getSerialNumber())
                    .collect(Collectors.toSet());
        } catch (CMSException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns how many RecipientInfos a message has. */
    static int infoCount(byte[] message) {
        try {
            return infos(cms(message)).size();
        } catch (CMSException e) {
            throw new AssertionError(e);
        }
    }

    static Set<BigInteger> serials(MailAddress... addresses) {
        return Arrays.stream(addresses)
                .map(address -> Parties.issued(address).certificate().serialNumber())
                .collect(Collectors.toSet());
    }

    /**
     * Returns the one part of a copy in the form of opened mail: what was opened, with its Content- fields, and without
     * the salt that stands before them.
     */
    static byte[] part(byte[] message) throws IOException {
        String part = salted(message);
        return part.substring(part.indexOf("\r\n") + 2).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the salt of a copy in the form of opened mail. */
    static String salt(byte[] message) throws IOException {
        return salted(message).substring("X-Postseal-Salt: ".length()).replaceAll("(?s)\r\n.*", "");
    }

    /** Returns copies in the form of opened mail without what is another one for each copy. */
    static String withoutRandom(String copies) {
        return copies.replaceAll("=_[0-9a-f]{40}", "=_").replaceAll("(X-Postseal-Salt: )[0-9a-f]{32}\r\n", "$1\r\n");
    }

    private static String salted(byte[] message) throws IOException {
        MimeEntity root = scan(message);
        assertThat(root.contentType().is("multipart", "mixed")).isTrue();
        assertThat(root.parts()).hasSize(1);
        String part = new String(root.parts().getFirst().raw().toByteArray(), StandardCharsets.ISO_8859_1);
        assertThat(part).matches("(?s)X-Postseal-Salt: [0-9a-f]{32}\r\n.*");
        return part;
    }

    /** Returns the message that a closed copy in the form of opened mail has as its part. */
    static byte[] attached(byte[] message) throws IOException {
        MimeEntity part = scan(part(message));
        assertThat(part.contentType().is("message", "rfc822")).isTrue();
        return part.body().toByteArray();
    }

    static byte[] open(byte[] message, MailAddress reader) throws IOException {
        OpenResult result = new CmsOpener(CmsLimits.DEFAULT)
                .open(scan(message), List.of(Parties.issued(reader).keyHandle()), LegacyReading.NONE, SPOOLS.open());
        return switch (result) {
            case OpenResult.Opened opened -> opened.message().message().toByteArray();
            case OpenResult.NotEncrypted _, OpenResult.NotOpened _ -> throw new AssertionError(result.toString());
        };
    }

    static byte[] encrypt(String message, MailAddress... readers) throws IOException, SealException {
        return encrypt(GCM, message, readers);
    }

    static byte[] encrypt(EncryptionSettings settings, String message, MailAddress... readers)
            throws IOException, SealException {
        RawMessage raw = RawMessage.of(TestRoad.octets(message));
        List<CmsEncryptor.Recipient> recipients = Arrays.stream(readers)
                .map(address -> new CmsEncryptor.Recipient(
                        address, Parties.issued(address).certificate()))
                .toList();
        return new CmsEncryptor()
                .encrypt(raw, scan(TestRoad.octets(message)).header(), recipients, settings, SPOOLS.open())
                .message()
                .toByteArray();
    }

    /** Encrypts an entity under the header section of a message, which need not be its own. */
    static byte[] encryptEntity(String message, String entity, MailAddress reader) throws IOException, SealException {
        return encryptEntity(GCM, message, entity, reader);
    }

    static byte[] encryptEntity(EncryptionSettings settings, String message, String entity, MailAddress reader)
            throws IOException, SealException {
        Payload payload = new Payload(
                scan(TestRoad.octets(message)).header().without(field -> field.is("Content-Type")),
                RawMessage.of(TestRoad.octets(entity)));
        CmsEncryptor.Recipient recipient =
                new CmsEncryptor.Recipient(reader, Parties.issued(reader).certificate());
        return new CmsEncryptor()
                .encrypt(payload, CmsEncryptor.Audience.of(List.of(recipient)), settings, SPOOLS.open())
                .message()
                .toByteArray();
    }

    static byte[] sign(String message, MailAddress signer) throws IOException, SealException {
        return sign(message, signer, SigningSettings.Digest.SHA256);
    }

    static byte[] sign(String message, MailAddress signer, SigningSettings.Digest digest)
            throws IOException, SealException {
        CmsSigner.Signer originator =
                new CmsSigner.Signer(Parties.issued(signer).keyHandle(), Optional.empty(), Optional.empty());
        return sign(message, originator, digest);
    }

    static byte[] sign(String message, CmsSigner.Signer signer, SigningSettings.Digest digest)
            throws IOException, SealException {
        SigningSettings clear = new SigningSettings(digest, SigningSettings.RsaPadding.PKCS1, true);
        return new CmsSigner()
                .sign(
                        RawMessage.of(TestRoad.octets(message)),
                        scan(TestRoad.octets(message)).header(),
                        signer,
                        clear,
                        Parties.NOW,
                        SPOOLS.open())
                .message()
                .toByteArray();
    }

    /** Makes an opaque signature over an entity, under the header section of a message, which need not be its own. */
    static byte[] signOpaque(String message, String entity, MailAddress signer) throws IOException, SealException {
        Payload payload = new Payload(
                scan(TestRoad.octets(message)).header().without(field -> field.is("Content-Type")),
                RawMessage.of(TestRoad.octets(entity)));
        SigningSettings opaque =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, false);
        CmsSigner.Signer originator = CmsSigner.Signer.of(Parties.issued(signer).keyHandle());
        return new CmsSigner()
                .sign(payload, originator, opaque, Parties.NOW, SPOOLS.open())
                .message()
                .toByteArray();
    }

    static MimeEntity scan(byte[] message) throws IOException {
        return MimeScanner.scan(RawMessage.of(message), Budget.standard()).orElseThrow();
    }

    private static Collection<RecipientInformation> infos(byte[] cms) throws CMSException {
        return CMSObjectIdentifiers.envelopedData.equals(
                        ContentInfo.getInstance(cms).getContentType())
                ? new CMSEnvelopedData(cms).getRecipientInfos().getRecipients()
                : new CMSAuthEnvelopedData(cms).getRecipientInfos().getRecipients();
    }

    /** Returns the CMS object of a message that is one. */
    static byte[] cms(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return Base64.getMimeDecoder().decode(text.substring(text.indexOf("\r\n\r\n") + 4));
    }
}
