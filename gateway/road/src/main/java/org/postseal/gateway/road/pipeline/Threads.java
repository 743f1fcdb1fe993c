package org.postseal.gateway.road.pipeline;

/**
 * Makes the threads on which messages are prepared, and the one that watches over them. No thread is started here:
 * starting one fails if the system has no more threads.
 */
public interface Threads {
    Thread ofMessage(String name, Runnable work);

    Thread ofWatch(Runnable work);

    static Threads ofThisProcess() {
        return new Threads() {
            @Override
            public Thread ofMessage(String name, Runnable work) {
                return Thread.ofVirtual().name(name).unstarted(work);
            }

            @Override
            public Thread ofWatch(Runnable work) {
                // This is a platform thread, because it has to run even when no virtual thread runs any more.
                return Thread.ofPlatform().daemon().name("preparation-watch").unstarted(work);
            }
        };
    }
}
