package org.postseal.gateway.admin.cli.postfix;

/**
 * One thing in a Postfix configuration that breaks or weakens what the gateway promises.
 *
 * @param isError whether mail passes unseen or is damaged; otherwise the setting is only worse than it could be
 * @param what what is wrong, and what it leads to
 * @param hint the command that fixes it, or what to do
 */
public record Unsafe(boolean isError, String what, String hint) {}
