package org.postseal.build;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps Error Prone loaded from one module to the next. javac makes a class loader for its processor path at each
 * compilation; with {@code -XDprocloader} it makes one of this class, which hands everything on to a loader that stays.
 * Otherwise the JVM would load those classes and compile them to machine code once for each module. {@code bin/lib.sh}
 * compiles this class, and {@code jvm.config} puts it beside javac. If it is not there, javac makes its own loader.
 */
public final class KeptLoader extends ClassLoader {
    private static final Map<List<String>, ClassLoader> KEPT = new ConcurrentHashMap<>();

    public KeptLoader(URL[] path, ClassLoader parent) {
        super(KEPT.computeIfAbsent(
                Arrays.stream(path).map(URL::toString).toList(), _ -> new URLClassLoader(path, parent)));
    }
}
