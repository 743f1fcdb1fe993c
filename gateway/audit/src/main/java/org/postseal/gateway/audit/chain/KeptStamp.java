package org.postseal.gateway.audit.chain;

/**
 * A checkpoint with its time stamp. Each is kept in a file.
 *
 * @param name the name of the stamp's file
 * @param checkpoint the octets that were stamped
 * @param stamp what the stamp is worth
 * @param isElsewhere true if it was kept out of the reach of the log's keeper; false if it lies beside the log
 */
public record KeptStamp(String name, byte[] checkpoint, Stamp stamp, boolean isElsewhere) {}
