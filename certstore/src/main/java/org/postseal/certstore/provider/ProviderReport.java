package org.postseal.certstore.provider;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;

/** Which provider does which operation of the CMS pipeline in this process, and which operations the native one was not trusted with. */
public final class ProviderReport {
    private ProviderReport() {}

    /** One line per provider, in the order of registration, then one per operation that failed its test. */
    public static List<String> lines() {
        CryptoProviders.install();
        Map<Provider, List<String>> byProvider = new LinkedHashMap<>();
        for (Provider provider : Security.getProviders()) {
            byProvider.put(provider, new ArrayList<>());
        }
        List<String> nobody = new ArrayList<>();
        OPERATIONS.forEach((operation, engine) -> {
            try {
                byProvider
                        .computeIfAbsent(engine.provider(), _ -> new ArrayList<>())
                        .add(operation);
            } catch (GeneralSecurityException none) {
                nobody.add(operation);
            }
        });
        List<String> lines = new ArrayList<>();
        byProvider.forEach((provider, operations) -> {
            if (!operations.isEmpty()) {
                lines.add("provider " + name(provider) + ": " + String.join(", ", operations));
            }
        });
        if (!nobody.isEmpty()) {
            lines.add("provider none: " + String.join(", ", nobody));
        }
        CryptoProviders.complaints()
                .forEach((operation, why) -> lines.add("native " + operation + ": not used, " + why));
        return lines;
    }

    private static String name(Provider provider) {
        return provider instanceof DelegatingProvider delegating
                ? provider.getName() + " over " + delegating.target()
                : provider.getName() + " " + provider.getVersionStr();
    }

    private interface Engine {
        Provider provider() throws GeneralSecurityException;
    }

    private static final Map<String, Engine> OPERATIONS = operations();

    private static Map<String, Engine> operations() {
        Map<String, Engine> all = new LinkedHashMap<>();
        for (String name : List.of("SHA-256", "SHA-384", "SHA-512")) {
            all.put(name, () -> MessageDigest.getInstance(name).getProvider());
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
            all.put(name, () -> Signature.getInstance(name).getProvider());
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
            all.put(name, () -> Cipher.getInstance(name).getProvider());
        }
        for (String name : List.of("ECDH", "X25519", "X448")) {
            all.put(name, () -> KeyAgreement.getInstance(name).getProvider());
        }
        // a KEM is bound to a provider with its key only; the first that has it is asked first
        all.put("ML-KEM", () -> {
            KEM.getInstance("ML-KEM");
            return firstWith("KEM", "ML-KEM");
        });
        for (String name : List.of("RSA", "EC")) {
            all.put(name + " keys", () -> KeyFactory.getInstance(name).getProvider());
        }
        return all;
    }

    private static Provider firstWith(String type, String name) throws GeneralSecurityException {
        for (Provider provider : Security.getProviders()) {
            if (provider.getService(type, name) != null) {
                return provider;
            }
        }
        throw new java.security.NoSuchAlgorithmException(name);
    }
}
