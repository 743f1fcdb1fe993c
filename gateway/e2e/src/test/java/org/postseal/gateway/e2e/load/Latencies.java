package org.postseal.gateway.e2e.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects how long operations took. Thread-safe. */
public final class Latencies {
    private final List<Long> nanos = new ArrayList<>();

    public synchronized void add(long taken) {
        nanos.add(taken);
    }

    public synchronized void addAll(Latencies others) {
        nanos.addAll(others.nanos);
    }

    public synchronized int count() {
        return nanos.size();
    }

    /** Returns the milliseconds that this share of the operations did not exceed; 0 if there are none. */
    public synchronized double millis(double share) {
        if (nanos.isEmpty()) {
            return 0;
        }
        Collections.sort(nanos);
        int place = (int) Math.ceil(share * nanos.size()) - 1;
        return nanos.get(Math.max(0, place)) / 1e6;
    }
}
