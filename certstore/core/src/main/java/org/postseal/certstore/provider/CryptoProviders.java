package org.postseal.certstore.provider;

import java.security.Provider;
import java.security.Security;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the JCA providers of this process in order: {@link DelegatingProvider} in front where native code can be loaded, the JDK's own, Bouncy Castle
 * last. Nobody names a provider after that; each operation takes the first that has it.
 */
public final class CryptoProviders {
    /** Set to {@code java}, this system property keeps native code out. */
    public static final String PROPERTY = "org.postseal.provider";

    private static final Logger LOG = LoggerFactory.getLogger(CryptoProviders.class);
    private static @Nullable Engine installed;
    private static Map<String, String> complaints = Map.of();

    private CryptoProviders() {}

    /** What does the arithmetic. */
    public enum Engine {
        /** Native code for the listed operations. */
        NATIVE,
        /** The JDK and Bouncy Castle alone. */
        JAVA
    }

    /** Sets limits and providers, once; call it first of all. Further calls do nothing. */
    public static synchronized Engine install() {
        if (installed != null) {
            return installed;
        }
        setLimits();
        NativeEngine found = System.getProperty(PROPERTY, "").equals("java")
                ? new NativeEngine.Absent("switched off by " + PROPERTY)
                : NativeEngine.load();
        Engine engine = switch (found) {
            case NativeEngine.Present(Provider provider) -> {
                Engine tested = insertTested(provider);
                LOG.info("cryptography: {}, {}", tested, provider.getInfo());
                yield tested;
            }
            case NativeEngine.Absent(String why) -> {
                LOG.warn("cryptography: Java only, several times slower: {}", why);
                yield Engine.JAVA;
            }
        };
        // last: it alone knows the parameters of some algorithms, and is the slowest at most others
        Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
        Security.addProvider(new BouncyCastleProvider());
        installed = engine;
        return engine;
    }

    /** The operations that native code was not trusted with, by "type name", and what was wrong. */
    static synchronized Map<String, String> complaints() {
        return complaints;
    }

    // An operation that does not give the known answer is left to Java; where all fail there is no native engine.
    private static Engine insertTested(Provider provider) {
        DelegatingProvider all = new DelegatingProvider(provider);
        complaints = SelfTest.failures(all);
        complaints.forEach((operation, why) -> LOG.error("native {} is not used: {}", operation, why));
        if (complaints.size() == all.getServices().size()) {
            return Engine.JAVA;
        }
        Security.insertProviderAt(new DelegatingProvider(provider, complaints.keySet()), 1);
        return Engine.NATIVE;
    }

    // read by Bouncy Castle when its classes are first used; what the admin set stays
    private static void setLimits() {
        LIMITS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    private static final Map<String, String> LIMITS = Map.of(
            "org.bouncycastle.asn1.max_cons_depth", "32",
            // one object that a stream announces; the default is the size of the heap
            "org.bouncycastle.asn1.max_limit", "256m",
            "org.bouncycastle.pbe.max_iteration_count", "1000000",
            "org.bouncycastle.pkcs12.max_it_count", "1000000",
            "org.bouncycastle.pbe.max_scrypt_memory", "67108864",
            "org.bouncycastle.rsa.max_size", "8192",
            "org.bouncycastle.dh.max_size", "4096",
            "org.bouncycastle.dsa.max_size", "4096",
            "org.bouncycastle.ec.max_f2m_field_size", "571",
            // the JDK's fetching of issuers from URLs that a certificate names
            "com.sun.security.enableAIAcaIssuers", "false");
}
