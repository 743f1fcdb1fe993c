package org.postseal.gateway.mail;

/**
 * What the parsing of one message may cost, and what it has cost so far. Every limit holds for each reading by itself, so that two stages may look at the same header; the
 * work is summed up over all of them. Made per message; not thread-safe.
 */
public final class Budget {
    private final Limits limits;
    private long work;

    public Budget(Limits limits) {
        this.limits = limits;
    }

    /** With the default limits. */
    public static Budget standard() {
        return new Budget(Limits.DEFAULT);
    }

    public Limits limits() {
        return limits;
    }

    /** Octets looked at so far, those looked at twice counted twice: linear in the size of the message, whatever it holds. */
    public long work() {
        return work;
    }

    void spend(long octets) {
        work += octets;
    }

    /**
     * Upper bounds.
     *
     * @param fieldOctets one header field, folding included
     * @param headerOctets one header section
     * @param fields in one header section
     * @param allHeaderOctets the header sections of all parts together
     * @param addresses in the address fields that are read together
     * @param parameters of one structured field, RFC 2231 pieces counted one by one
     * @param depth containers (multipart or message) around a part
     * @param parts below the root
     * @param boundaryOctets a multipart boundary
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
        /** Wide enough for all mail that people send. */
        public static final Limits DEFAULT =
                new Limits(100 * 1024, 1024 * 1024, 1000, 4 * 1024 * 1024, 5000, 100, 32, 1000, 2048);
    }
}
