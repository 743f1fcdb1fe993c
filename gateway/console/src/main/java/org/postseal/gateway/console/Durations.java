package org.postseal.gateway.console;

import java.util.Arrays;

/**
 * Counts how long things took, in classes of which eight double the time, so that a quantile is right within 7 %. It
 * takes a few hundred octets, however many durations it counts. One thread at a time uses it.
 */
final class Durations {
    private int first;
    private int[] counts = {};
    private long count;

    void add(long nanoseconds) {
        count(step(Math.max(0, nanoseconds)), 1);
    }

    void add(Durations other) {
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                count(other.first + i, other.counts[i]);
            }
        }
    }

    /** Returns these durations and others. */
    Durations plus(Durations other) {
        Durations sum = new Durations();
        sum.add(this);
        sum.add(other);
        return sum;
    }

    /** Returns the number of durations. */
    long count() {
        return count;
    }

    /**
     * Returns the time within which the given share of all things was done, in nanoseconds; 0 if there are none.
     *
     * @param share above 0, up to 1
     */
    long quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return middle(first + i);
            }
        }
        return 0;
    }

    private void count(int step, int times) {
        if (counts.length == 0) {
            first = step;
            counts = new int[1];
        } else if (step < first) {
            int[] wider = new int[counts.length + first - step];
            System.arraycopy(counts, 0, wider, first - step, counts.length);
            counts = wider;
            first = step;
        } else if (step >= first + counts.length) {
            counts = Arrays.copyOf(counts, step - first + 1);
        }
        counts[step - first] += times;
        count += times;
    }

    private static int step(long value) {
        if (value < EIGHT) {
            return (int) value;
        }
        int shift = 60 - Long.numberOfLeadingZeros(value);
        return EIGHT * shift + (int) (value >>> shift);
    }

    private static long middle(int step) {
        if (step < 2 * EIGHT) {
            return step;
        }
        int shift = step / EIGHT - 1;
        long from = (long) (step - EIGHT * shift) << shift;
        return from + (1L << shift) / 2;
    }

    /** Returns the duration for people: three digits and a unit. */
    static String text(long nanoseconds) {
        if (nanoseconds < 1_000_000) {
            return digits(nanoseconds / 1e3) + " µs";
        }
        return nanoseconds < 1_000_000_000 ? digits(nanoseconds / 1e6) + " ms" : digits(nanoseconds / 1e9) + " s";
    }

    private static String digits(double value) {
        String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
        return String.format(java.util.Locale.ROOT, format, value);
    }

    private static final int EIGHT = 8;
}
