package org.postseal.policy.people;

/**
 * A group whose members a directory server knows.
 *
 * @param entry its distinguished name or its mail address there
 * @param server by its name in {@code directory.ldap} of the configuration
 */
public record DirectoryGroup(String entry, String server) {}
