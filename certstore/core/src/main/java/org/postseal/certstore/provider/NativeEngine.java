package org.postseal.certstore.provider;

import java.lang.reflect.InvocationTargetException;
import java.security.Provider;

/**
 * Amazon's Corretto provider, if it can be loaded. It is not registered itself: in front of the others, its ML-DSA key
 * factory breaks the JDK's ML-DSA.
 */
sealed interface NativeEngine {
    /** The provider is loaded and passed its own test. */
    record Present(Provider provider) implements NativeEngine {}

    /** This machine has no native code, or none that works. */
    record Absent(String why) implements NativeEngine {}

    /** Loads the library and lets it test itself. */
    static NativeEngine load() {
        try {
            // The class is loaded by name, since the jar depends on the machine type and may be missing.
            Class<?> type = Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
            Provider provider = (Provider) type.getDeclaredConstructor().newInstance();
            type.getMethod("assertHealthy").invoke(provider);
            return new Present(provider);
        } catch (ClassNotFoundException e) {
            return new Absent("no native provider on the class path");
        } catch (InvocationTargetException e) {
            return new Absent("native library cannot be used: " + e.getCause());
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            return new Absent("native library cannot be loaded: " + e);
        }
    }
}
