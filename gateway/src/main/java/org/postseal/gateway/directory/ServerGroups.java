package org.postseal.gateway.directory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.source.ldap.GroupExpansion;
import org.postseal.certstore.source.ldap.LdapFailure;
import org.postseal.certstore.source.ldap.LdapFailureException;
import org.postseal.certstore.source.ldap.LdapGroups;
import org.postseal.gateway.pipeline.GroupLookup;
import org.postseal.policy.DirectoryFacts.Membership;
import org.postseal.policy.DirectoryGroup;

/**
 * The members of groups, nested ones included, as directory servers name them: all of a group are asked for at once and kept a while. A group that is not there, or cannot be read
 * whole, is a look-up that failed: nobody must slip past a rule because a group was renamed. Thread-safe.
 */
final class ServerGroups implements GroupLookup {
    private final Map<String, LdapGroups> servers;
    private final InstantSource clock;
    private final Map<DirectoryGroup, Known> known = new ConcurrentHashMap<>();

    /**
     * @param servers by name
     */
    ServerGroups(Map<String, LdapGroups> servers, InstantSource clock) {
        this.servers = Map.copyOf(servers);
        this.clock = clock;
    }

    @Override
    public Membership member(MailAddress who, DirectoryGroup group) {
        LdapGroups server = servers.get(group.server());
        if (server == null) {
            return new Membership.LookupFailed("directory server " + group.server() + " is not configured");
        }
        try {
            Set<MailAddress> members =
                    known.computeIfAbsent(group, _ -> new Known()).members(server, group);
            return members.contains(who) ? new Membership.Member() : new Membership.NotMember();
        } catch (LdapFailureException e) {
            return new Membership.LookupFailed(group.entry() + " of " + group.server() + ": " + e.getMessage());
        }
    }

    private static Set<MailAddress> ask(LdapGroups server, DirectoryGroup group) throws LdapFailureException {
        Optional<MailAddress> address = MailAddress.parse(group.entry());
        GroupExpansion expansion =
                address.isPresent() ? server.members(address.get(), LIMIT) : server.membersOf(group.entry(), LIMIT);
        Set<MailAddress> members = new HashSet<>();
        switch (expansion) {
            case GroupExpansion.NoGroup _ ->
                throw new LdapFailureException(LdapFailure.NOT_EXPANDABLE, "there is no such group");
            case GroupExpansion.Members(var found, var _) -> found.forEach(member -> members.addAll(member.owner()));
        }
        return members;
    }

    /** One group; who comes while it is asked for waits for the same answer. */
    private final class Known {
        private final ReentrantLock lock = new ReentrantLock();
        private Set<MailAddress> members = Set.of();
        private Instant until = Instant.MIN;

        Set<MailAddress> members(LdapGroups server, DirectoryGroup group) throws LdapFailureException {
            lock.lock();
            try {
                if (!clock.instant().isBefore(until)) {
                    members = ask(server, group);
                    until = clock.instant().plus(KEPT);
                }
                return members;
            } finally {
                lock.unlock();
            }
        }
    }

    // OWADLExpansionTimeout has this default
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration KEPT = Duration.ofMinutes(5);
}
