package org.postseal.gateway.e2e;

import org.jspecify.annotations.Nullable;

/** Closes what a test class started, all of it, even if some was never started or does not close well. */
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
