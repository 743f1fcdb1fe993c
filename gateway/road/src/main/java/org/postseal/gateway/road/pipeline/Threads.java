package org.postseal.gateway.road.pipeline;

/** Makes the threads that messages are prepared on, and the one that watches over them. None of them is started, which fails where the system has no more. */
public interface Threads {
    /** For one message. */
    Thread ofMessage(String name, Runnable work);

    /** For the watch. */
    Thread ofWatch(Runnable work);

    /** Those of this process. */
    static Threads ofThisProcess() {
        return new Threads() {
            @Override
            public Thread ofMessage(String name, Runnable work) {
                return Thread.ofVirtual().name(name).unstarted(work);
            }

            @Override
            public Thread ofWatch(Runnable work) {
                // Of the platform: it has to run where no virtual thread does any more
                return Thread.ofPlatform().daemon().name("preparation-watch").unstarted(work);
            }
        };
    }
}
