package org.postseal.gateway.admin.cli.support;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes SIGTERM, SIGINT and SIGHUP of the process. The JDK's only interface to them is {@code sun.misc.Signal} (module
 * jdk.unsupported). Its use in source is a warning that cannot be switched off, so this class calls it by name.
 */
public final class Signals {
    private Signals() {}

    /** What a signal asks the process to do. */
    public enum Kind {
        STOP,
        RELOAD
    }

    /** Puts all signals into the queue from now on. A second request to stop ends the process at once. */
    public static void deliverTo(Queue<Kind> queue) {
        NAMES.forEach((name, kind) -> handle(name, () -> {
            if (kind == Kind.STOP && queue.contains(Kind.STOP)) {
                Runtime.getRuntime().halt(KILLED);
            }
            queue.add(kind);
        }));
    }

    /** Runs {@code stop} at the first request to stop. A second request ends the process at once. */
    public static void onStop(Runnable stop) {
        AtomicBoolean isAsked = new AtomicBoolean();
        NAMES.forEach((name, kind) -> {
            if (kind == Kind.STOP) {
                handle(name, () -> {
                    if (isAsked.getAndSet(true)) {
                        Runtime.getRuntime().halt(KILLED);
                    }
                    stop.run();
                });
            }
        });
    }

    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" ->
                    arguments != null && System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> name;
            };
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, call);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException unsupported) {
            throw new IllegalStateException("no signals on this JVM", unsupported);
        }
    }

    private static final Map<String, Kind> NAMES = Map.of("TERM", Kind.STOP, "INT", Kind.STOP, "HUP", Kind.RELOAD);
    private static final int KILLED = 128 + 15;
}
