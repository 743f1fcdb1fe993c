package org.postseal.gateway.road.journal;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds the keys that attempts have reserved. An attempt takes all its keys at once, so that no two attempts wait for
 * each other. Thread-safe.
 */
public final class Reserved {
    private final Duration timeLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition givenBack = lock.newCondition();
    private final Set<JournalKey> taken = new HashSet<>();

    /** @param timeLimit the limit for the wait until another attempt gives its keys back */
    public Reserved(Duration timeLimit) {
        this.timeLimit = timeLimit;
    }

    /** Reserves all these keys, which nobody else may then have. */
    public void take(Set<JournalKey> keys) throws JournalException {
        lock.lock();
        try {
            long left = timeLimit.toNanos();
            while (!Collections.disjoint(taken, keys)) {
                if (left <= 0) {
                    throw new JournalException("the same message is still on its way for another connection, tried for "
                            + timeLimit.toMillis() + " ms");
                }
                left = givenBack.awaitNanos(left);
            }
            taken.addAll(keys);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    public void giveBack(Set<JournalKey> keys) {
        lock.lock();
        try {
            taken.removeAll(keys);
            givenBack.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
