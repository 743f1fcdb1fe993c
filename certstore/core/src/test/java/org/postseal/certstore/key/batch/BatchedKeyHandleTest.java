package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.batch.CryptoMb.Found;

/** Tests that a key does in batches what it does alone. The lanes are a fake, so that every machine has them. */
@Timeout(60)
class BatchedKeyHandleTest {
    private static final byte[] TEXT = "signed attributes".getBytes(StandardCharsets.US_ASCII);
    private static final KeyHandle KEY = key();

    @TempDir
    private Path folder;

    private static KeyHandle key() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        return CertificateAuthority.create("Root", start, end)
                .issue(MailAddress.of("alice@example.com"), KeyAlgorithm.RSA2048, Profile.DUAL, start, end)
                .keyHandle();
    }

    /** Calls at the same time as often as it takes until some of the calls were done in a batch. */
    private <T> List<T> inBatches(Callable<T> call) throws Exception {
        List<T> results = new ArrayList<>();
        try (RsaBatches batches = RsaBatches.start(
                        RsaBatches.tested(folder.resolve("mark"), () -> new Found.Present(new FakeLanes())));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (batches.figures().lanes() == 0) {
                List<Future<T>> calls = new ArrayList<>();
                // They are ready to run together, however slowly this thread starts them.
                CountDownLatch started = new CountDownLatch(1);
                for (int i = 0; i < 8 * Runtime.getRuntime().availableProcessors(); i++) {
                    calls.add(threads.submit(() -> {
                        started.await();
                        return call.call();
                    }));
                }
                started.countDown();
                for (Future<T> each : calls) {
                    results.add(each.get());
                }
            }
            assertThat(batches.figures().wrong()).isZero();
        }
        return results;
    }

    @ParameterizedTest
    @EnumSource(
            value = SignatureScheme.class,
            names = {"RSA_PKCS1_SHA256", "RSA_PKCS1_SHA384", "RSA_PKCS1_SHA512"})
    void signsTheSameOctets(SignatureScheme scheme) throws Exception {
        byte[] alone = KEY.sign(scheme, TEXT);
        assertThat(inBatches(() -> KEY.sign(scheme, TEXT)))
                .allSatisfy(signature -> assertThat(signature).isEqualTo(alone));
    }

    @ParameterizedTest
    @EnumSource(
            value = SignatureScheme.class,
            names = {"RSA_PSS_SHA256", "RSA_PSS_SHA384", "RSA_PSS_SHA512"})
    void makesPssSignaturesThatTheJdkVerifies(SignatureScheme scheme) throws Exception {
        String digest = "SHA-" + scheme.name().substring("RSA_PSS_SHA".length());
        PublicKey publicKey = KEY.certificate().x509().getPublicKey();
        for (byte[] signature : inBatches(() -> KEY.sign(scheme, TEXT))) {
            Signature engine = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
            int salt = Integer.parseInt(digest.substring(4)) / 8;
            engine.setParameter(new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), salt, 1));
            engine.initVerify(publicKey);
            engine.update(TEXT);
            assertThat(engine.verify(signature)).isTrue();
        }
    }

    @Test
    void otherSchemesStayAsTheyAre() throws Exception {
        byte[] alone = KEY.sign(SignatureScheme.RSA_PKCS1_SHA1, TEXT);
        try (RsaBatches batches =
                RsaBatches.start(RsaBatches.tested(folder.resolve("mark"), () -> new Found.Present(new FakeLanes())))) {
            assertThat(KEY.sign(SignatureScheme.RSA_PKCS1_SHA1, TEXT)).isEqualTo(alone);
            assertThat(batches.figures().alone()).isZero();
        }
    }

    @Test
    void recoversContentKeys() throws Exception {
        byte[] contentKey = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, KEY.certificate().x509().getPublicKey());
        WrappedContentKey wrapped = wrapped(cipher.doFinal(contentKey));
        assertThat(inBatches(() -> KEY.recoverContentKey(wrapped)))
                .allSatisfy(recovered -> assertThat(recovered).isEqualTo(contentKey));
    }

    /** A wrong padding gives the same substitute in a batch as alone, and so does a number above the modulus. */
    @Test
    void rejectsImplicitly() throws Exception {
        byte[] wrong = new byte[256];
        wrong[255] = 7;
        byte[] above = new byte[256];
        Arrays.fill(above, (byte) 0xFF);
        for (byte[] ciphertext : List.of(wrong, above)) {
            byte[] alone = KEY.recoverContentKey(wrapped(ciphertext));
            assertThat(alone).hasSize(16);
            assertThat(inBatches(() -> KEY.recoverContentKey(wrapped(ciphertext))))
                    .allSatisfy(recovered -> assertThat(recovered).isEqualTo(alone));
        }
    }

    private static WrappedContentKey wrapped(byte[] encryptedKey) {
        return new WrappedContentKey.KeyTransport(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), encryptedKey, 16);
    }
}
