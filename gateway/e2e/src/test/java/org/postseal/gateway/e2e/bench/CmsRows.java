package org.postseal.gateway.e2e.bench;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.bench.CmsRow.Job;
import org.postseal.gateway.e2e.bench.CmsRow.Level;
import org.postseal.gateway.e2e.bench.CmsRow.Target;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.CmsWork;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/** All rows of {@code bin/bench cms}, with the files that both sides read. */
final class CmsRows {
    static final SigningSettings PKCS1 =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true);
    private static final SigningSettings PSS =
            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PSS, true);

    private final BenchPki pki;
    private final CmsFiles files;
    private final Spool.Factory spools =
            new Spool.Factory(Path.of(System.getProperty("java.io.tmpdir")), 64 << 20, new OctetGate(Long.MAX_VALUE));
    private final List<CmsRow> rows = new ArrayList<>();

    private CmsRows(BenchPki pki, CmsFiles files) {
        this.pki = pki;
        this.files = files;
    }

    static List<CmsRow> make(Path directory, boolean quick) {
        BenchPki pki = new BenchPki();
        CmsRows made = new CmsRows(pki, new CmsFiles(directory, pki));
        for (Level level : Level.values()) {
            for (int size : quick ? List.of(5, 100) : List.of(5, 100, 5 * 1024)) {
                made.sign(level, size, quick);
                made.encrypt(level, size, quick);
                made.decrypt(level, size);
                made.verify(level, size, quick);
            }
        }
        return made.rows;
    }

    private void sign(Level level, int size, boolean quick) {
        Target rsa = size > 100 ? new Target(1.0, 1.1) : new Target(0.95, 1.05);
        sign(level, KeyAlgorithm.RSA2048, PKCS1, "pkcs1", size, Optional.of(rsa));
        sign(level, KeyAlgorithm.P256, PKCS1, "pkcs1", size, Optional.of(size > 100 ? rsa : new Target(1.3, 1.9)));
        if (!quick) {
            sign(level, KeyAlgorithm.RSA3072, PKCS1, "pkcs1", size, Optional.of(rsa));
            sign(level, KeyAlgorithm.RSA4096, PKCS1, "pkcs1", size, Optional.of(rsa));
            sign(level, KeyAlgorithm.RSA2048, PSS, "pss", size, Optional.empty());
            sign(level, KeyAlgorithm.P384, PKCS1, "pkcs1", size, Optional.empty());
            sign(level, KeyAlgorithm.ED25519, PKCS1, "pkcs1", size, Optional.empty());
        }
    }

    private void sign(
            Level level,
            KeyAlgorithm algorithm,
            SigningSettings settings,
            String padding,
            int size,
            Optional<Target> target) {
        Supplier<Job> job = () -> {
            KeyHandle key = pki.signer(algorithm).keyHandle();
            CmsFiles.Content content = files.content(size);
            CmsSigner cms = new CmsSigner();
            return level == Level.CMS
                    ? () -> CmsWork.signedData(content.entity(), key, settings, pki.now())
                    : () -> scoped(
                            scope -> cms.sign(content.message(), content.header(), key, settings, pki.now(), scope));
        };
        Supplier<String> command = () -> {
            IssuedCertificate signer = pki.signer(algorithm);
            return String.join(
                    " ",
                    "sign",
                    files.key(signer),
                    files.certificate(signer),
                    files.issuer(),
                    files.entity(size),
                    padding);
        };
        add("sign " + algorithm + (padding.equals("pss") ? " PSS" : ""), level, size, job, command, target);
    }

    private void encrypt(Level level, int size, boolean quick) {
        for (int recipients : quick && size > 5 ? List.of(1, 10) : List.of(1, 10, 100)) {
            encrypt(level, Envelope.GCM_OAEP, recipients, size);
            encrypt(level, Envelope.CBC_PKCS1, recipients, size);
        }
        encrypt(level, Envelope.GCM_ECDH, 1, size);
    }

    private void encrypt(Level level, Envelope envelope, int count, int size) {
        Supplier<Job> job = () -> {
            List<MailCertificate> certificates = pki.recipients(envelope.key, count).stream()
                    .map(IssuedCertificate::certificate)
                    .toList();
            List<CmsEncryptor.Recipient> recipients = certificates.stream()
                    .map(each -> new CmsEncryptor.Recipient(each.addresses().getFirst(), each))
                    .toList();
            CmsFiles.Content content = files.content(size);
            CmsEncryptor cms = new CmsEncryptor();
            return level == Level.CMS
                    ? () -> scoped(scope -> {
                        Spool spool = scope.newSpool();
                        CmsWork.envelopedData(content.entity(), certificates, envelope.settings(), spool);
                        return spool.finish();
                    })
                    : () -> scoped(scope ->
                            cms.encrypt(content.message(), content.header(), recipients, envelope.settings(), scope));
        };
        Target target = size <= 100
                ? new Target(1.0, 1.25)
                : envelope == Envelope.GCM_OAEP ? new Target(1.5, 1.8) : new Target(1.0, 1.25);
        boolean isSet = envelope != Envelope.GCM_ECDH && count <= 10;
        Supplier<String> command = () -> String.join(
                " ",
                "encrypt",
                envelope.cipher,
                envelope.padding,
                files.certificates(envelope.key, count),
                files.entity(size));
        add(
                "encrypt " + envelope + " to " + count,
                level,
                size,
                job,
                command,
                isSet ? Optional.of(target) : Optional.empty());
    }

    private void decrypt(Level level, int size) {
        for (Envelope envelope : Envelope.values()) {
            Supplier<Job> job = () -> {
                List<KeyHandle> keys =
                        List.of(pki.recipients(envelope.key, 1).getFirst().keyHandle());
                CmsFiles.Sealed sealed = files.sealed(envelope, size);
                MimeEntity bare = scan(sealed.bare());
                CmsOpener opener = new CmsOpener(CmsLimits.DEFAULT);
                return () -> scoped(scope -> {
                    MimeEntity root = level == Level.CMS ? bare : scan(sealed.message());
                    return opener.open(root, keys, LegacyReading.NONE, scope) instanceof OpenResult.Opened opened
                            ? opened
                            : failed(envelope);
                });
            };
            Supplier<String> command = () -> {
                IssuedCertificate reader = pki.recipients(envelope.key, 1).getFirst();
                return String.join(
                        " ",
                        "decrypt",
                        files.sealed(envelope, size).file(),
                        files.key(reader),
                        files.certificate(reader));
            };
            Target target = size > 100 ? new Target(2.8, 3.3) : new Target(0.90, 1.05);
            boolean isSet = envelope != Envelope.GCM_ECDH;
            add("decrypt " + envelope, level, size, job, command, isSet ? Optional.of(target) : Optional.empty());
        }
    }

    private void verify(Level level, int size, boolean quick) {
        for (KeyAlgorithm algorithm : quick
                ? List.of(KeyAlgorithm.RSA2048)
                : List.of(KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072, KeyAlgorithm.P256)) {
            Supplier<CmsFiles.Signed> one = () -> files.signed(size, pki.signer(algorithm));
            Supplier<String> command =
                    () -> "verify " + one.get().file() + " " + files.entity(size) + " " + files.root();
            Optional<Target> known = size > 100 ? Optional.empty() : Optional.of(new Target(0.55, 1.0));
            Optional<Target> fresh = size > 100 ? Optional.empty() : Optional.of(new Target(0.8, 1.0));
            add(
                    "verify " + algorithm + ", path known",
                    level,
                    size,
                    () -> verifying(level, List.of(one.get()), pki.caching()),
                    () -> command.get() + " signature",
                    known);
            if (size <= 100) {
                add(
                        "verify " + algorithm + ", new certificate",
                        level,
                        size,
                        () -> {
                            List<CmsFiles.Signed> many = files.signedByMany(size, algorithm);
                            return verifying(level, many, pki.forgettingAfter(many.size()));
                        },
                        () -> command.get() + " path",
                        fresh);
            }
        }
    }

    private Job verifying(Level level, List<CmsFiles.Signed> messages, CertificateStore store) {
        SignatureVerifier verifier = new SignatureVerifier();
        List<MimeEntity> roots =
                messages.stream().map(each -> scan(each.message())).toList();
        Instant now = pki.now();
        int[] next = {0};
        return () -> {
            int index = next[0]++ % messages.size();
            MimeEntity root = level == Level.CMS
                    ? roots.get(index)
                    : scan(messages.get(index).message());
            SignatureVerdict verdict =
                    verifier.verify(root, Optional.of(messages.get(index).from()), store, now);
            return verdict instanceof SignatureVerdict.Valid ? verdict : failed(verdict);
        };
    }

    private static MimeEntity scan(RawMessage message) {
        try {
            return MimeScanner.scan(message, Budget.standard()).orElseThrow();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Object failed(Object what) {
        throw new IllegalStateException("did not work: " + what);
    }

    private Object scoped(Scoped work) throws Exception {
        try (Spool.Scope scope = spools.open()) {
            return work.run(scope);
        }
    }

    private interface Scoped {
        Object run(Spool.Scope scope) throws Exception;
    }

    private void add(
            String name, Level level, int size, Supplier<Job> job, Supplier<String> command, Optional<Target> target) {
        String label = name + ", " + (size < 1024 ? size + " KB" : size / 1024 + " MB");
        rows.add(new CmsRow(label, level, job, command, level == Level.CMS ? target : Optional.empty()).register());
    }

    /** The cipher and the recipients of an encryption. */
    enum Envelope {
        GCM_OAEP(KeyAlgorithm.RSA2048, "id-aes256-GCM", "oaep"),
        CBC_PKCS1(KeyAlgorithm.RSA2048, "aes-256-cbc", "pkcs1"),
        GCM_ECDH(KeyAlgorithm.P256, "id-aes256-GCM", "ecdh");

        private final KeyAlgorithm key;
        private final String cipher;
        private final String padding;

        Envelope(KeyAlgorithm key, String cipher, String padding) {
            this.key = key;
            this.cipher = cipher;
            this.padding = padding;
        }

        KeyAlgorithm key() {
            return key;
        }

        EncryptionSettings settings() {
            return new EncryptionSettings(
                    this == CBC_PKCS1 ? EncryptionSettings.Cipher.AES256_CBC : EncryptionSettings.Cipher.AES256_GCM,
                    this == GCM_OAEP
                            ? EncryptionSettings.RsaKeyTransport.OAEP_SHA256
                            : EncryptionSettings.RsaKeyTransport.PKCS1);
        }
    }
}
