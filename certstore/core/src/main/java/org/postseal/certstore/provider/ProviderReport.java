package org.postseal.certstore.provider;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KEM;
import org.postseal.certstore.PublicKeyKind.Curve;

/**
 * Says which provider does which operation of the CMS pipeline in this process, and for which operations the native
 * provider is not used.
 *
 * @param choices the choices in a fixed order
 * @param complaints the operations of the native provider that failed their test, by "type name", with the reason
 */
public record ProviderReport(List<Choice> choices, Map<String, String> complaints) {
    public ProviderReport {
        choices = List.copyOf(choices);
        complaints = Map.copyOf(complaints);
    }

    /**
     * Says which provider does one operation.
     *
     * @param algorithm the name in JCA
     * @param provider the provider's name and version; empty if no provider offers it
     */
    public record Choice(Operation operation, String algorithm, Optional<String> provider) {
        private String text() {
            return operation == Operation.KEYS ? algorithm + " keys" : algorithm;
        }
    }

    public enum Operation {
        DIGEST("digest"),
        SIGNATURE("signature"),
        CIPHER("cipher"),
        KEY_AGREEMENT("key agreement"),
        KEM("KEM"),
        /** Keys are parsed. */
        KEYS("keys");

        private final String word;

        Operation(String word) {
            this.word = word;
        }

        /** Returns a word for people. */
        public String word() {
            return word;
        }
    }

    /** Returns the choices that apply in this process. */
    public static ProviderReport now() {
        CryptoProviders.install();
        List<Choice> choices = new ArrayList<>();
        for (Asked asked : ASKED) {
            Optional<String> provider;
            try {
                provider = Optional.of(name(asked.engine().provider()));
            } catch (GeneralSecurityException none) {
                provider = Optional.empty();
            }
            choices.add(new Choice(asked.operation(), asked.algorithm(), provider));
        }
        return new ProviderReport(choices, CryptoProviders.complaints());
    }

    /** Returns one line per provider, in the order of registration, and then one per operation that failed its test. */
    public static List<String> lines() {
        ProviderReport report = now();
        Map<String, List<String>> byProvider = new LinkedHashMap<>();
        for (Provider provider : Security.getProviders()) {
            byProvider.put(name(provider), new ArrayList<>());
        }
        byProvider.put(NOBODY, new ArrayList<>());
        report.choices.forEach(choice -> byProvider
                .computeIfAbsent(choice.provider().orElse(NOBODY), _ -> new ArrayList<>())
                .add(choice.text()));
        List<String> lines = new ArrayList<>();
        byProvider.forEach((provider, operations) -> {
            if (!operations.isEmpty()) {
                lines.add("provider " + provider + ": " + String.join(", ", operations));
            }
        });
        report.complaints.forEach((operation, why) -> lines.add("native " + operation + ": not used, " + why));
        return lines;
    }

    static String name(Provider provider) {
        return provider.getName()
                + switch (provider) {
                    case DelegatingProvider delegating -> " over " + delegating.target();
                    case BrainpoolProvider brainpool -> " over " + brainpool.target();
                    default -> " " + provider.getVersionStr();
                };
    }

    private interface Engine {
        Provider provider() throws GeneralSecurityException;
    }

    private record Asked(Operation operation, String algorithm, Engine engine) {}

    private static final String NOBODY = "none";
    private static final List<Asked> ASKED = asked();

    private static List<Asked> asked() {
        List<Asked> all = new ArrayList<>();
        for (String name : List.of("SHA-256", "SHA-384", "SHA-512")) {
            all.add(new Asked(
                    Operation.DIGEST,
                    name,
                    () -> MessageDigest.getInstance(name).getProvider()));
        }
        for (String name : List.of(
                "SHA256withRSA",
                "SHA384withRSA",
                "SHA512withRSA",
                "RSASSA-PSS",
                "SHA256withECDSA",
                "SHA384withECDSA",
                "SHA512withECDSA",
                "Ed25519",
                "Ed448",
                "ML-DSA")) {
            all.add(new Asked(Operation.SIGNATURE, name, () -> firstWith("Signature", name, false)));
        }
        for (String name : List.of(
                "RSA/ECB/NoPadding",
                "RSA/ECB/PKCS1Padding",
                "RSA/ECB/OAEPPadding",
                "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
                "AES/GCM/NoPadding",
                "AES/CBC/PKCS5Padding",
                "AES/CTR/NoPadding",
                "AESWrap",
                "ChaCha20-Poly1305",
                "DESede/CBC/PKCS5Padding",
                "RC2/CBC/PKCS5Padding")) {
            all.add(new Asked(
                    Operation.CIPHER, name, () -> Cipher.getInstance(name).getProvider()));
        }
        for (String name : List.of("ECDH", "X25519", "X448")) {
            all.add(new Asked(Operation.KEY_AGREEMENT, name, () -> firstWith("KeyAgreement", name, false)));
        }
        // A KEM is bound to a provider only together with its key. Until then, the first provider that has ML-KEM
        // stands for it.
        all.add(new Asked(Operation.KEM, "ML-KEM", () -> {
            KEM.getInstance("ML-KEM");
            return firstWith("KEM", "ML-KEM", false);
        }));
        for (String name : List.of("RSA", "EC")) {
            all.add(new Asked(Operation.KEYS, name, () -> firstWith("KeyFactory", name, false)));
        }
        for (Curve curve : Curve.values()) {
            if (curve.isBrainpool()) {
                all.add(new Asked(Operation.KEYS, curve.text(), () -> firstWith("KeyFactory", "EC", true)));
            }
        }
        return List.copyOf(all);
    }

    // Keys on Brainpool curves have a provider of their own, which takes no others.
    private static Provider firstWith(String type, String name, boolean isBrainpool) throws GeneralSecurityException {
        for (Provider provider : Security.getProviders()) {
            if (provider instanceof BrainpoolProvider == isBrainpool && provider.getService(type, name) != null) {
                return provider;
            }
        }
        throw new NoSuchAlgorithmException(name);
    }
}
