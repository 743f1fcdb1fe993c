package org.postseal.build;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps Error Prone loaded from one module to the next. javac makes a class loader for its processor path at each
 * compilation; with {@code -XDprocloader} it makes one of this class, which hands everything on to a loader that stays.
 * Otherwise the JVM would load those classes and compile them to machine code once for each module. Each thread of
 * Maven has its own, so that two compilations at a time share no static field. {@code bin/lib.sh} compiles this class,
 * and {@code jvm.config} puts it beside javac. If it is not there, javac makes its own loader.
 */
public final class KeptLoader extends ClassLoader {
    private static final ThreadLocal<Map<List<String>, ClassLoader>> KEPT = ThreadLocal.withInitial(HashMap::new);

    public KeptLoader(URL[] path, ClassLoader parent) {
        super(KEPT.get()
                .computeIfAbsent(
                        Arrays.stream(path).map(URL::toString).toList(), _ -> new URLClassLoader(path, parent)));
    }
}
