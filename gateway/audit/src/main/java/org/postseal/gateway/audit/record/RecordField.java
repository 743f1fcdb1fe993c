package org.postseal.gateway.audit.record;

/** Names of fields of records, and words in them, that are written in one place and read in another. */
public final class RecordField {
    private RecordField() {}

    public static final String TIME = "@timestamp";
    public static final String ACTION = "event.action";
    public static final int FORMAT = 1;

    // what became of a message for one recipient
    static final String RECIPIENT_DONE = "recipient-done";
    public static final String SIGNED_PARTS = "postseal.signed_parts";
    static final String REJECTED = "postseal.rejected";
    public static final String NEXT_HOP_QUEUE_ID = "postseal.next_hop_queue_id";
    public static final String FACTS = "postseal.facts.";
    static final String DIRECTORY = "postseal.directory";
    static final String ADDRESSES = "postseal.addresses";
    static final String HASHED = "hashed";
    static final String VALIDATION = "postseal.validation";
    static final String STAGES = "postseal.stages";
    public static final String RELEASED_BY = "postseal.released_by";

    // records of the chain itself
    public static final String SEGMENT = "chain-segment";
    public static final String CHECKPOINT = "chain-checkpoint";
    public static final String ERASED = "chain-erased";
    public static final String WITNESS = "chain-witness";
    public static final String CHAIN = "postseal.chain.id";
    public static final String SIGNED_NUMBER = "postseal.chain.signed_number";
    public static final String PREVIOUS = "postseal.chain.previous";
    public static final String NODE = "postseal.node";
    public static final String NODES = "postseal.nodes";
    public static final String SEEN = "postseal.chain.seen";
    public static final String LAST = "postseal.chain.last";
}
