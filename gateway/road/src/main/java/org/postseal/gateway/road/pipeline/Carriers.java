package org.postseal.gateway.road.pipeline;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * The platform threads that virtual threads run on. There are as many as processors. A virtual thread that computes
 * without end, or hangs in native code, occupies one, and with all of them occupied the whole process would stand
 * still.
 */
interface Carriers {
    /** Adds one carrier. */
    void lend();

    /** Takes one carrier away. */
    void giveBack();

    static Carriers ofThisProcess() {
        return new Carriers() {
            @Override
            public void lend() {
                change(1);
            }

            @Override
            public void giveBack() {
                change(-1);
            }

            // This looks the bean up when it is needed, because loading the management classes takes time.
            private synchronized void change(int by) {
                Optional.ofNullable(ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class))
                        .ifPresent(scheduler -> scheduler.setParallelism(scheduler.getParallelism() + by));
            }
        };
    }
}
