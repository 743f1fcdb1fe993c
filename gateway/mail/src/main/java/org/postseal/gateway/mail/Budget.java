package org.postseal.gateway.mail;

/**
 * Limits what the parsing of one message may cost, and counts what it has cost so far. Each limit holds for each
 * reading by itself, so that two stages may read the same header. The work is summed up over all readings. One budget
 * is made per message. Not thread-safe.
 */
public final class Budget {
    private final Limits limits;
    private long work;

    public Budget(Limits limits) {
        this.limits = limits;
    }

    /** Returns a budget with the default limits. */
    public static Budget standard() {
        return new Budget(Limits.DEFAULT);
    }

    public Limits limits() {
        return limits;
    }

    /**
     * Returns how many octets have been looked at; an octet that is looked at twice counts twice. The number is linear
     * in the size of the message, whatever the message holds.
     */
    public long work() {
        return work;
    }

    void spend(long octets) {
        work += octets;
    }

    /**
     * Holds the upper bounds.
     *
     * @param fieldOctets of one header field, folding included
     * @param headerOctets of one header section
     * @param fields in one header section
     * @param allHeaderOctets of the header sections of all parts together
     * @param addresses in the address fields that are read together
     * @param parameters of one structured field; each RFC 2231 piece counts
     * @param depth of containers (multipart or message) around a part
     * @param parts below the root
     * @param boundaryOctets of a multipart boundary
     */
    public record Limits(
            int fieldOctets,
            int headerOctets,
            int fields,
            int allHeaderOctets,
            int addresses,
            int parameters,
            int depth,
            int parts,
            int boundaryOctets) {
        /** These limits are wide enough for all mail that people send. */
        public static final Limits DEFAULT =
                new Limits(100 * 1024, 1024 * 1024, 1000, 4 * 1024 * 1024, 5000, 100, 32, 1000, 2048);
    }
}
