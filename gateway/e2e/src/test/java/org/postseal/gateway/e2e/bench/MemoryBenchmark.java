package org.postseal.gateway.e2e.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/**
 * Measures the heap that one message of 50 MB takes per operation, its result included: the live objects while it runs,
 * found by collecting garbage again and again, less those before. Every message lies in a spool, as in the gateway.
 */
public final class MemoryBenchmark {
    private static final int SIZE_KB = 50 * 1024;

    private final BenchPki pki = new BenchPki();
    private final Spool.Factory spools = new Spool.Factory();
    private final KeyHandle signer = pki.signer(KeyAlgorithm.RSA2048).keyHandle();
    private final IssuedCertificate reader =
            pki.recipients(KeyAlgorithm.RSA2048, 1).getFirst();

    private MemoryBenchmark() {}

    /** There are no arguments. */
    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                "JDK %s; targets: 32 MiB, AES-GCM decryption 200 MiB%n%n%-28s %12s %8s%n",
                System.getProperty("java.runtime.version"), "operation, 50 MB", "heap, MiB", "looks");
        new MemoryBenchmark().run();
    }

    private interface Operation {
        RawMessage run(RawMessage message, Spool.Scope scope) throws Exception;
    }

    private void run() throws Exception {
        Map<String, Operation> makers = new LinkedHashMap<>();
        for (boolean clear : new boolean[] {true, false}) {
            makers.put(clear ? "sign, clear" : "sign, opaque", (message, scope) -> sign(message, clear, scope));
        }
        for (EncryptionSettings.Cipher cipher : List.of(
                EncryptionSettings.Cipher.AES256_GCM,
                EncryptionSettings.Cipher.CHACHA20_POLY1305,
                EncryptionSettings.Cipher.AES256_CBC)) {
            makers.put("encrypt, " + cipher, (message, scope) -> encrypt(message, cipher, scope));
        }
        try (Spool.Scope scope = spools.open()) {
            RawMessage plain = spooled(
                    scope,
                    RawMessage.of(("From: signer-RSA2048@example.com\r\nSubject: large\r\nMIME-Version: 1.0\r\n"
                                    + BenchRoad.mixed(SIZE_KB))
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            for (Map.Entry<String, Operation> each : makers.entrySet()) {
                measure(each.getKey(), plain, each.getValue());
                RawMessage made = spooled(scope, each.getValue().run(plain, scope));
                String inverse = each.getKey().replace("sign", "verify").replace("encrypt", "decrypt");
                measure(inverse, made, inverse.startsWith("verify") ? this::verify : this::decrypt);
            }
        }
    }

    private RawMessage sign(RawMessage message, boolean clear, Spool.Scope scope) throws Exception {
        SigningSettings settings =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, clear);
        return new CmsSigner()
                .sign(message, header(message), signer, settings, pki.now(), scope)
                .message();
    }

    private RawMessage encrypt(RawMessage message, EncryptionSettings.Cipher cipher, Spool.Scope scope)
            throws Exception {
        CmsEncryptor.Recipient recipient =
                new CmsEncryptor.Recipient(reader.certificate().addresses().getFirst(), reader.certificate());
        EncryptionSettings settings = new EncryptionSettings(cipher, EncryptionSettings.RsaKeyTransport.OAEP_SHA256);
        return new CmsEncryptor()
                .encrypt(message, header(message), List.of(recipient), settings, scope)
                .message();
    }

    private RawMessage decrypt(RawMessage message, Spool.Scope scope) throws Exception {
        OpenResult result = new CmsOpener(CmsLimits.DEFAULT)
                .open(
                        MimeScanner.scan(message, Budget.standard()).orElseThrow(),
                        List.of(reader.keyHandle()),
                        LegacyReading.NONE,
                        scope);
        if (result instanceof OpenResult.Opened opened) {
            return opened.message().message();
        }
        throw new IllegalStateException(result.toString());
    }

    private RawMessage verify(RawMessage message, Spool.Scope scope) throws Exception {
        SignatureVerdict verdict = new SignatureVerifier()
                .verify(
                        MimeScanner.scan(message, Budget.standard()).orElseThrow(),
                        Optional.of(signer.certificate().addresses().getFirst()),
                        pki.caching(),
                        pki.now());
        if (verdict instanceof SignatureVerdict.Valid) {
            return message;
        }
        throw new IllegalStateException(verdict.toString());
    }

    private void measure(String name, RawMessage message, Operation operation) throws Exception {
        long before = alive();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong most = new AtomicLong(before);
        AtomicLong looks = new AtomicLong();
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                most.accumulateAndGet(alive(), Math::max);
                looks.incrementAndGet();
            }
        });
        try (Spool.Scope scope = spools.open()) {
            operation.run(message, scope).writeTo(OutputStream.nullOutputStream());
        } finally {
            done.set(true);
            watcher.join();
        }
        System.out.printf("%-28s %12.1f %8d%n", name, (most.get() - before) / 1048576.0, looks.get());
    }

    private static long alive() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static RawMessage spooled(Spool.Scope scope, RawMessage message) throws IOException {
        Spool spool = scope.newSpool();
        message.writeTo(spool);
        return spool.finish();
    }

    private static HeaderBlock header(RawMessage message) throws IOException {
        return HeaderBlock.read(message, Budget.standard()).orElseThrow();
    }
}
