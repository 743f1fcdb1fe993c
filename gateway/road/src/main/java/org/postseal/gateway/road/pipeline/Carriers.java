package org.postseal.gateway.road.pipeline;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * The platform threads that virtual threads run on. There are as many as processors, and a virtual thread that computes without end, or hangs in native code, keeps one: with each of them kept the whole process would stand still.
 */
interface Carriers {
    /** One more. */
    void lend();

    /** One less. */
    void giveBack();

    /** Those of this process. */
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

            // asked for when it is needed: management takes its time to be loaded
            private synchronized void change(int by) {
                Optional.ofNullable(ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class))
                        .ifPresent(scheduler -> scheduler.setParallelism(scheduler.getParallelism() + by));
            }
        };
    }
}
