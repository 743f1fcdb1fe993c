package org.postseal.gateway.audit.chain;

/**
 * A checkpoint with its time stamp, each kept in a file.
 *
 * @param name of the stamp's file
 * @param checkpoint the octets that were stamped
 * @param stamp what the stamp is worth
 * @param isElsewhere whether it was kept where the log's keeper cannot reach it; else it lies beside the log
 */
public record KeptStamp(String name, byte[] checkpoint, Stamp stamp, boolean isElsewhere) {}
