package org.postseal.certstore.remote.sync;

/**
 * Where a source's synchronisation stands, to be kept with the entries.
 *
 * @param method that wrote it; another one begins anew
 * @param server the one it was read from, for people
 * @param cookie the position, in the method's own form
 */
public record SyncState(SyncMethod method, String server, byte[] cookie) {}
