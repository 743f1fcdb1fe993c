package org.postseal.gateway.e2e;

import org.jspecify.annotations.Nullable;

/** Closes everything that a test class started, even if some of it was never started or fails to close. */
final class Closing {
    private Closing() {}

    static void all(@Nullable AutoCloseable... resources) {
        for (AutoCloseable resource : resources) {
            quietly(resource);
        }
    }

    private static void quietly(@Nullable AutoCloseable resource) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (Exception e) {
            System.out.println("not closed: " + resource + ": " + e);
        }
    }
}
