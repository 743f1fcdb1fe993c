package org.postseal.policy.people;

/**
 * A group whose members a directory server knows.
 *
 * @param entry the group's distinguished name or mail address on that server
 * @param server its name in {@code directory.ldap} of the configuration
 */
public record DirectoryGroup(String entry, String server) {}
