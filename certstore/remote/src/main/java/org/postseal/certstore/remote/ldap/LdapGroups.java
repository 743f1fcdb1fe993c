package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.fetch.Deadline;

/**
 * Expands distribution groups. It returns all members or a named failure, and never only some of the members.
 * Thread-safe. Each call asks the server.
 */
public final class LdapGroups {
    /** The most members of one group, with those of nested groups. */
    public static final int MAX_MEMBERS = 10_000;
    /** The most groups inside one group. */
    public static final int MAX_GROUPS = 1_000;

    private final LdapConnections connections;
    private final Entries entries;

    /** Reads the groups of a directory server over {@code connections}, which the caller closes. */
    public LdapGroups(LdapConnections connections) {
        this.connections = connections;
        this.entries = new Entries(connections.settings());
    }

    /** Returns whether a group with this address may be in this directory server. */
    public boolean covers(MailAddress group) {
        return connections.settings().query().covers(group);
    }

    /**
     * Returns the members of {@code group}. The {@code limit} is the time for one group with its nested groups, like
     * OWADLExpansionTimeout.
     *
     * @throws LdapFailureException as TIMED_OUT, OVER_LIMIT or AMBIGUOUS, or as NOT_EXPANDABLE for a dynamic group and
     *     for a member that cannot be read
     */
    public GroupExpansion members(MailAddress group, Duration limit) throws LdapFailureException {
        return connections.read(limit, (connection, deadline) -> expanded(connection, deadline, group));
    }

    /** Works as {@link #members(MailAddress, Duration)}, for the group with this distinguished name. */
    public GroupExpansion membersOf(String dn, Duration limit) throws LdapFailureException {
        return connections.read(limit, (connection, deadline) -> {
            if (!DN.isValidDN(dn)) {
                throw new LdapFailureException(LdapFailure.NOT_EXPANDABLE, "no distinguished name: " + dn);
            }
            return expanded(
                    connection,
                    deadline,
                    Optional.ofNullable(
                            Entries.byDn(connection, deadline, dn, entries.requested(GroupWalk.ATTRIBUTES))));
        });
    }

    /**
     * Returns the recipients behind {@code address}: the members of the group that has it, as
     * {@link #members(MailAddress, Duration)} does, or the owner of the entry that has it, with their other addresses.
     *
     * @throws LdapFailureException as for {@link #members(MailAddress, Duration)}
     */
    public GroupExpansion behind(MailAddress address, Duration limit) throws LdapFailureException {
        return connections.read(limit, (connection, deadline) -> {
            Optional<? extends Entry> entry = entries.of(connection, deadline, address, GroupWalk.ATTRIBUTES);
            return entry.isEmpty() ? new GroupExpansion.NoGroup() : walked(connection, deadline, entry.get());
        });
    }

    private GroupExpansion expanded(LDAPConnection connection, Deadline deadline, MailAddress group)
            throws LDAPException, LdapFailureException {
        return expanded(connection, deadline, entries.of(connection, deadline, group, GroupWalk.ATTRIBUTES));
    }

    private GroupExpansion expanded(LDAPConnection connection, Deadline deadline, Optional<? extends Entry> entry)
            throws LDAPException, LdapFailureException {
        if (entry.isEmpty() || !GroupWalk.isGroup(entry.get())) {
            return new GroupExpansion.NoGroup();
        }
        return walked(connection, deadline, entry.get());
    }

    private GroupExpansion walked(LDAPConnection connection, Deadline deadline, Entry entry)
            throws LDAPException, LdapFailureException {
        GroupWalk walk = new GroupWalk(connection, deadline, connections.settings(), entries);
        walk.add(entry);
        return walk.expand();
    }

    static final List<String> BY_DN = List.of("member", "uniqueMember");
    static final List<String> BY_ADDRESS = List.of("mgrpRFC822MailMember", "rfc822MailMember");
}
