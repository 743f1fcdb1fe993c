package org.postseal.certstore.remote.sync;

/**
 * Where the synchronisation of a source stands; kept together with the entries.
 *
 * @param method the method that wrote it; another method begins anew
 * @param server the server that was read, for people
 * @param cookie the position, in the method's own form
 */
public record SyncState(SyncMethod method, String server, byte[] cookie) {}
