package org.postseal.gateway.admin.cli.postfix;

/**
 * One thing in a configuration of Postfix that harms what the gateway promises.
 *
 * @param isError whether mail leaves unseen or is damaged; else it is only less good than it could be
 * @param what is wrong, and what comes of it
 * @param hint the command that mends it, or what to do
 */
public record Unsafe(boolean isError, String what, String hint) {}
