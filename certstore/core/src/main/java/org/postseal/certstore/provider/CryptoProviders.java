package org.postseal.certstore.provider;

import java.security.Provider;
import java.security.Security;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders the JCA providers of this process: {@link DelegatingProvider} comes first if native code can be loaded, then
 * {@link BrainpoolProvider}, the JDK's own providers, and Bouncy Castle last. After that, each operation uses the first
 * provider that offers it. Code names a provider only for key files, for keys on tokens, and for algorithms that it
 * wants from Bouncy Castle.
 */
public final class CryptoProviders {
    /** The system property that disables native code if it is {@code java}. */
    public static final String PROPERTY = "org.postseal.provider";

    private static final Logger LOG = LoggerFactory.getLogger(CryptoProviders.class);
    private static @Nullable Engine installed;
    private static Map<String, String> complaints = Map.of();

    private CryptoProviders() {}

    /** Says what does the arithmetic. */
    public enum Engine {
        /** Native code does the listed operations. */
        NATIVE,
        /** Only the JDK and Bouncy Castle are used. */
        JAVA
    }

    /** Sets limits and providers once. It must be called before anything else. Further calls do nothing. */
    public static synchronized Engine install() {
        if (installed != null) {
            return installed;
        }
        setLimits();
        NativeEngine found =
                isJavaOnly() ? new NativeEngine.Absent("switched off by " + PROPERTY) : NativeEngine.load();
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
        // Bouncy Castle comes last: only it supports the parameters of some algorithms, but it is the slowest for most
        // others.
        Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
        Provider last = new BouncyCastleProvider();
        Security.addProvider(last);
        Security.insertProviderAt(new BrainpoolProvider(last), engine == Engine.NATIVE ? 2 : 1);
        installed = engine;
        return engine;
    }

    /** Returns true if the administrator has switched native code off. */
    public static boolean isJavaOnly() {
        return System.getProperty(PROPERTY, "").equals("java");
    }

    /** Returns the operations for which native code is not used, by "type name", with the reason. */
    static synchronized Map<String, String> complaints() {
        return complaints;
    }

    // Operations that fail their self-test are left to Java. If all of them fail, the engine is Java alone.
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

    // Bouncy Castle reads these when its classes are first used. Properties that the administrator has set stay as they
    // are.
    private static void setLimits() {
        LIMITS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    private static final Map<String, String> LIMITS = Map.of(
            "org.bouncycastle.asn1.max_cons_depth", "32",
            // This limits one object that a stream announces. The default is the size of the heap.
            "org.bouncycastle.asn1.max_limit", "256m",
            "org.bouncycastle.pbe.max_iteration_count", "1000000",
            "org.bouncycastle.pkcs12.max_it_count", "1000000",
            "org.bouncycastle.pbe.max_scrypt_memory", "67108864",
            "org.bouncycastle.rsa.max_size", "8192",
            "org.bouncycastle.dh.max_size", "4096",
            "org.bouncycastle.dsa.max_size", "4096",
            "org.bouncycastle.ec.max_f2m_field_size", "571",
            // This keeps the JDK from fetching issuers from URLs that a certificate names.
            "com.sun.security.enableAIAcaIssuers", "false");
}
