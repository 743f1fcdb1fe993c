package org.postseal.certstore.key;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.handle.Engines;
import org.postseal.certstore.key.token.Token;
import org.postseal.certstore.key.token.TokenKey;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoProviders;

/**
 * Tests a SoftHSM token in a process of its own, which {@link TokenIT} starts, since SoftHSM reads its configuration
 * from the environment, and only once. It prints one line for each finding.
 *
 * <p>The argument is a directory with the folder {@code tokens}, which holds an initialised token {@code postseal} with
 * PIN 1234.
 */
final class TokenProbe {
    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final byte[] INPUT = "signed attributes".getBytes(StandardCharsets.US_ASCII);
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);

    private final Path directory;
    private final Path pinFile;
    private final OpensslMessages messages;

    private TokenProbe(Path directory) {
        this.directory = directory;
        this.pinFile = directory.resolve("pin");
        this.messages = new OpensslMessages(directory);
    }

    public static void main(String[] arguments) throws Exception {
        CryptoProviders.install();
        TokenProbe probe = new TokenProbe(Path.of(arguments[0]));
        switch (arguments[1]) {
            case "use" -> probe.use();
            case "loss" -> probe.loss();
            case "pin" -> probe.pin();
            case "speed" -> probe.speed();
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    private void use() throws Exception {
        Provider maker = fill();
        Token token = open();
        say("keys " + token.keys().size());
        for (TokenKey key : token.keys()) {
            MailCertificate own = key.certificates().getFirst();
            MailCertificate certificate = own.addresses().isEmpty() ? fromTheStore(key) : own;
            KeyHandle handle = key.handle(certificate, List.of(CA.issuer()));
            String kind = certificate.subject() + (own.addresses().isEmpty() ? " certificate elsewhere" : "");
            say(kind + " hardware " + handle.isHardware() + " encoding " + encoding(maker, key) + " signs "
                    + signed(handle));
            say(kind + " opens " + opened(handle) + " rejects " + rejected(key, handle));
        }
        say("token signs for nobody else: "
                + Arrays.stream(Security.getProviders())
                        .noneMatch(each -> each.getName().startsWith("SunPKCS11-")));
        TokenSettings withoutPss = settings(
                pinFile,
                "disabledMechanisms = {",
                "CKM_RSA_PKCS_PSS",
                "CKM_SHA1_RSA_PKCS_PSS",
                "CKM_SHA224_RSA_PKCS_PSS",
                "CKM_SHA256_RSA_PKCS_PSS",
                "CKM_SHA384_RSA_PKCS_PSS",
                "CKM_SHA512_RSA_PKCS_PSS",
                "}");
        Token old = Token.open(withoutPss);
        TokenKey rsa = rsa(old);
        say("without PSS signs " + signed(rsa.handle(rsa.certificates().getFirst(), List.of())));
        say("at once " + atOnce(rsa.handle(rsa.certificates().getFirst(), List.of())));
        KeyHandle software = CA.issue(
                        MailAddress.of("soft@example.com"), KeyAlgorithm.RSA2048, Profile.DUAL, START, END)
                .keyHandle();
        byte[] _ = software.sign(SignatureScheme.RSA_PKCS1_SHA256, INPUT);
        byte[] _ = software.sign(SignatureScheme.RSA_PSS_SHA256, INPUT);
        byte[] _ = software.recoverContentKey(OpensslMessages.wrapped(messages.encrypt(software.certificate())));
        sayCounts();
    }

    /** Prints which provider did which operation, for the operations that both the token and software do. */
    private static void sayCounts() {
        for (CryptoCount.Reading each : CryptoCount.readings()) {
            if (List.of("SHA256withRSA", "RSASSA-PSS", "RSAES-PKCS1-v1_5").contains(each.algorithm())
                    && each.done() + each.failed() > 0) {
                String by =
                        each.provider().startsWith("SunPKCS11-") || each.isByNobody() ? each.provider() : "software";
                say("counted " + each.operation().word() + " " + each.algorithm() + " " + by + " " + each.done() + " "
                        + each.failed());
            }
        }
    }

    private void loss() throws Exception {
        Provider maker = fill();
        Token token = open();
        TokenKey key = rsa(token);
        KeyHandle handle = key.handle(key.certificates().getFirst(), List.of());
        WrappedContentKey wrapped = OpensslMessages.wrapped(messages.encrypt(handle.certificate()));
        byte[] right = handle.recoverContentKey(wrapped);
        say("before " + signs(handle));
        // The login belongs to the process, so another user of the library can end it.
        ((AuthProvider) maker).logout();
        say("logged out by another " + signs(handle));
        Path away = directory.resolve("away");
        Files.move(directory.resolve("tokens"), away);
        say("away " + signs(handle) + " " + signs(handle));
        say("away " + recovers(handle, wrapped) + ", damaged " + recovers(handle, OpensslMessages.damaged(wrapped)));
        Files.move(away, directory.resolve("tokens"));
        Thread.sleep(RETRY.plusMillis(50));
        say("back " + signs(handle));
        say("back opens " + Arrays.equals(handle.recoverContentKey(wrapped), right));
        say("another login " + signs(rsa(open()).handle(handle.certificate(), List.of())));
        Token second = open();
        TokenKey same = rsa(second);
        KeyHandle other = same.handle(handle.certificate(), List.of());
        WrappedContentKey damaged = OpensslMessages.damaged(wrapped);
        sayCounts();
        say("substitutes agree " + Arrays.equals(handle.recoverContentKey(damaged), other.recoverContentKey(damaged)));
    }

    private void pin() throws Exception {
        Provider maker = fill();
        Path wrong = Files.writeString(directory.resolve("wrong"), "9999\n");
        ((AuthProvider) maker).logout();
        say("wrong at start: " + refusal(settings(wrong)));
        say("no file: " + refusal(settings(directory.resolve("absent"))));
        say("no such token: "
                + refusal(new TokenSettings("t", LIBRARY, new TokenSettings.Slot.Label("nobody"), pinFile)));
        say("no library: "
                + refusal(new TokenSettings(
                        "t", directory.resolve("none.so"), new TokenSettings.Slot.Index(0), pinFile)));
        Path changing = Files.writeString(directory.resolve("changing"), "1234");
        Token token = Token.open(settings(changing));
        TokenKey key = rsa(token);
        KeyHandle handle = key.handle(key.certificates().getFirst(), List.of());
        say("right " + signs(handle));
        Files.writeString(changing, "9999");
        KeyStore.getInstance("PKCS11", maker).load(null, "1234".toCharArray());
        ((AuthProvider) maker).logout();
        say("changed: " + why(handle));
        say("at once: " + why(handle));
        Thread.sleep(RETRY.plusMillis(50));
        say("later: " + why(handle));
        Files.writeString(changing, "1234\n");
        Thread.sleep(RETRY.plusMillis(50));
        say("right again " + signs(handle));
    }

    private void speed() throws Exception {
        fill();
        Token token = open();
        for (TokenKey key : token.keys()) {
            if (key.certificates().getFirst().addresses().isEmpty()) {
                continue;
            }
            KeyHandle handle = key.handle(key.certificates().getFirst(), List.of());
            WrappedContentKey wrapped = OpensslMessages.wrapped(messages.encrypt(handle.certificate()));
            SignatureScheme scheme = handle.schemes().contains(SignatureScheme.ECDSA_SHA256)
                    ? SignatureScheme.ECDSA_SHA256
                    : SignatureScheme.RSA_PKCS1_SHA256;
            say(scheme + " " + perSecond(() -> handle.sign(scheme, INPUT)) + " signatures, "
                    + perSecond(() -> handle.recoverContentKey(wrapped))
                    + " content keys per second of processor time");
        }
    }

    // Counts calls per second of processor time. The library computes on the calling thread, so the thread's time
    // counts.
    private static long perSecond(Callable<byte[]> work) throws Exception {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 200; i++) {
            work.call();
        }
        long count = 0;
        long start = clock.getCurrentThreadCpuTime();
        while (clock.getCurrentThreadCpuTime() - start < 2_000_000_000L) {
            work.call();
            count++;
        }
        return count * 1_000_000_000L / (clock.getCurrentThreadCpuTime() - start);
    }

    // Makes two keys on the token with their real certificates, and imports one with a placeholder certificate.
    private Provider fill() throws Exception {
        Files.writeString(pinFile, "1234\n");
        Provider maker = Security.getProvider("SunPKCS11").configure("""
                --name = maker
                library = %s
                slotListIndex = 0
                attributes(*,CKO_PRIVATE_KEY,*) = {
                  CKA_TOKEN = true
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                }
                attributes(*,CKO_PRIVATE_KEY,CKK_EC) = {
                  CKA_DERIVE = true
                }
                """.formatted(LIBRARY));
        KeyStore store = KeyStore.getInstance("PKCS11", maker);
        store.load(null, "1234".toCharArray());
        if (store.size() > 0) {
            return maker;
        }
        for (String family : List.of("RSA", "EC", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1")) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family.equals("RSA") ? family : "EC", maker);
            if (family.startsWith("brainpool")) {
                generator.initialize(new ECGenParameterSpec(family));
            } else {
                generator.initialize(family.equals("RSA") ? 2048 : 256);
            }
            KeyPair pair = generator.generateKeyPair();
            KeyMaterial material = new KeyMaterial(
                    pair.getPrivate(),
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
            MailCertificate certificate = CA.request(
                            MailAddress.of(family.toLowerCase(java.util.Locale.ROOT) + "@example.com"))
                    .key(material)
                    .validity(START, END)
                    .issue()
                    .certificate();
            store.setKeyEntry(family, pair.getPrivate(), null, new Certificate[] {certificate.x509()});
        }
        KeyPairGenerator outside = KeyPairGenerator.getInstance("RSA");
        outside.initialize(2048);
        KeyPair pair = outside.generateKeyPair();
        X500Name name = new X500Name("CN=placeholder");
        X509v3CertificateBuilder placeholder = new X509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(START),
                Date.from(END),
                name,
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        byte[] der = placeholder
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
                .getEncoded();
        store.setKeyEntry("imported", pair.getPrivate(), null, new Certificate[] {
            MailCertificate.of(der).x509()
        });
        return maker;
    }

    private static MailCertificate fromTheStore(TokenKey key) {
        // The request signs nothing with the subject's key, so the public half will do.
        return CA.request(MailAddress.of("imported@example.com"))
                .key(new KeyMaterial(new PublicHalfOnly(), key.publicKey()))
                .validity(START, END)
                .issue()
                .certificate();
    }

    private static final class PublicHalfOnly implements PrivateKey {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return "none";
        }

        @Override
        public @org.jspecify.annotations.Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @org.jspecify.annotations.Nullable [] getEncoded() {
            return null;
        }
    }

    private Token open() throws KeyFileException {
        return Token.open(settings(pinFile));
    }

    private TokenSettings settings(Path pin, String... attributes) {
        return new TokenSettings(
                "hsm", LIBRARY, new TokenSettings.Slot.Label("postseal"), pin, List.of(attributes), RETRY);
    }

    private static TokenKey rsa(Token token) {
        return token.keys().stream()
                .filter(key -> key.certificates().getFirst().addresses().contains(MailAddress.of("rsa@example.com")))
                .findFirst()
                .orElseThrow();
    }

    private static String encoding(Provider maker, TokenKey key) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS11", maker);
        store.load(null, "1234".toCharArray());
        Set<String> found = new HashSet<>();
        for (String alias : java.util.Collections.list(store.aliases())) {
            if (Arrays.equals(
                    store.getCertificate(alias).getPublicKey().getEncoded(),
                    key.publicKey().getEncoded())) {
                java.security.Key itself = store.getKey(alias, null);
                found.add(itself.getEncoded() == null && itself.getFormat() == null ? "none" : "there");
            }
        }
        return String.join(",", found);
    }

    private static String signed(KeyHandle handle) throws Exception {
        List<String> good = new ArrayList<>();
        for (SignatureScheme scheme : handle.schemes().stream().sorted().toList()) {
            byte[] signature = handle.sign(scheme, INPUT);
            Signature engine = Engines.REGISTERED.signature(
                    scheme,
                    keyless -> keyless.initVerify(handle.certificate().x509().getPublicKey()));
            engine.update(INPUT);
            good.add(scheme + (engine.verify(signature) ? "" : " WRONG"));
        }
        return String.join(" ", good);
    }

    private static String recovers(KeyHandle handle, WrappedContentKey wrapped) {
        try {
            return "recovers " + handle.recoverContentKey(wrapped).length;
        } catch (StoreUnavailableException e) {
            return "waits";
        }
    }

    private static String signs(KeyHandle handle) {
        try {
            handle.sign(SignatureScheme.RSA_PKCS1_SHA256, INPUT);
            return "signs";
        } catch (SignatureException e) {
            return "refuses";
        }
    }

    private static String why(KeyHandle handle) {
        try {
            handle.sign(SignatureScheme.RSA_PKCS1_SHA256, INPUT);
            return "signs";
        } catch (SignatureException e) {
            return String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
                    .replaceAll("/\\S*/", "");
        }
    }

    private String refusal(TokenSettings settings) {
        try {
            Token.open(settings);
            return "opened";
        } catch (KeyFileException e) {
            return String.valueOf(e.getMessage()).replaceAll("/\\S*/", "");
        }
    }

    private String opened(KeyHandle handle) throws Exception {
        List<String> good = new ArrayList<>();
        List<List<String>> ways = handle.certificate().keyKind().agrees()
                ? List.of(List.of(), List.of("-keyopt", "ecdh_kdf_md:sha256"))
                : List.of(
                        List.of(),
                        List.of("-keyopt", "rsa_padding_mode:oaep"),
                        List.of("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"));
        for (List<String> way : ways) {
            byte[] message = messages.encrypt(handle.certificate(), way.toArray(String[]::new));
            good.add(
                    Arrays.equals(
                                    OpensslMessages.decrypt(
                                            message, handle.recoverContentKey(OpensslMessages.wrapped(message))),
                                    OpensslMessages.PLAIN)
                            ? "yes"
                            : "no");
        }
        return String.join(" ", good);
    }

    // Checks that a damaged wrapped key yields the same wrong content key from this handle and from a new one.
    private String rejected(TokenKey key, KeyHandle handle) throws Exception {
        byte[] message = messages.encrypt(handle.certificate());
        WrappedContentKey damaged = OpensslMessages.damaged(OpensslMessages.wrapped(message));
        byte[] first = handle.recoverContentKey(damaged);
        byte[] again = handle.recoverContentKey(damaged);
        byte[] fresh = key.handle(handle.certificate(), List.of()).recoverContentKey(damaged);
        return first.length + " octets, " + (Arrays.equals(first, again) ? "same again" : "CHANGES") + ", "
                + (Arrays.equals(first, fresh) ? "same anew" : "other anew");
    }

    private static String atOnce(KeyHandle handle) throws Exception {
        List<Future<byte[]>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                results.add(threads.submit(() -> handle.sign(SignatureScheme.RSA_PKCS1_SHA256, INPUT)));
            }
        }
        Set<String> different = new HashSet<>();
        for (Future<byte[]> each : results) {
            different.add(HexFormat.of().formatHex(each.get()));
        }
        return results.size() + " signatures, " + different.size() + " value";
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static final Duration RETRY = Duration.ofMillis(1500);
}
