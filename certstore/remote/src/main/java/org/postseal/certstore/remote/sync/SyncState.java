package org.postseal.certstore.remote.sync;

/**
 * Says how far a source has been synchronised. It is kept together with the entries.
 *
 * @param method the method that wrote it; another method starts from the beginning
 * @param server the server that was read, for people
 * @param cookie the position, in the method's own form
 */
public record SyncState(SyncMethod method, String server, byte[] cookie) {}
