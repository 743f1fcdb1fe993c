package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.KeyHandle;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * Opens an enveloped-data or authEnveloped-data with the keys of two recipients. Nobody can make a tag without the
 * content key, so what is opened by a cipher with a tag must be what was encrypted.
 */
final class EnvelopedTarget implements Target {
    private final CmsOpener opener = new CmsOpener(CmsLimits.DEFAULT);
    private final List<KeyHandle> keys = List.of(Keys.ALICE.handle(), Keys.BOB.handle());

    @Override
    public String take(byte[] octets) throws IOException {
        try (Spool.Scope scope = Letters.scope()) {
            return switch (opener.open(Letters.scan(Letters.opaque(octets)), keys, LegacyReading.ALL, scope)) {
                case OpenResult.NotEncrypted _ -> "other";
                case OpenResult.NotOpened _ -> "closed";
                case OpenResult.Opened opened -> {
                    RawMessage message = opened.message().message();
                    demand(
                            !opened.isAuthenticated()
                                    || Arrays.equals(message.toByteArray(), Letters.PLAIN.toByteArray()),
                            "what has a good tag is what was encrypted");
                    demand(
                            Letters.scan(message).header().single("Subject").isPresent(),
                            "an opened message keeps the fields outside");
                    yield "opened";
                }
            };
        }
    }

    @Override
    public Map<String, byte[]> made() throws Exception {
        Map<String, byte[]> made = new LinkedHashMap<>();
        for (EncryptionSettings.Cipher cipher : List.of(
                EncryptionSettings.Cipher.AES256_GCM,
                EncryptionSettings.Cipher.AES128_CBC,
                EncryptionSettings.Cipher.TRIPLE_DES_CBC)) {
            for (EncryptionSettings.RsaKeyTransport transport : EncryptionSettings.RsaKeyTransport.values()) {
                made.put(
                        "opened-" + cipher + "-" + transport,
                        object(new EncryptionSettings(cipher, transport), Keys.BOB));
            }
            made.put(
                    "opened-" + cipher + "-ecdh",
                    object(new EncryptionSettings(cipher, EncryptionSettings.RsaKeyTransport.PKCS1), Keys.ALICE));
        }
        made.put(
                "closed-other",
                object(
                        new EncryptionSettings(
                                EncryptionSettings.Cipher.AES256_GCM, EncryptionSettings.RsaKeyTransport.PKCS1),
                        Keys.CAROL));
        return made;
    }

    private static byte[] object(EncryptionSettings settings, Keys to) throws Exception {
        try (Spool.Scope scope = Letters.scope()) {
            CmsEncryptor.Recipient recipient =
                    new CmsEncryptor.Recipient(to.certificate().addresses().getFirst(), to.certificate());
            return Letters.object(Letters.scan(new CmsEncryptor()
                    .encrypt(Letters.PLAIN, Letters.header(Letters.PLAIN), List.of(recipient), settings, scope)
                    .message()));
        }
    }

    @Override
    public List<String> samples() {
        return List.of("rfc4134/5*.bin", "rfc8551/*enveloped.der", "pqc/ml-kem/*.cms", "bouncycastle/ecdh/*");
    }
}
