package org.postseal.gateway.road.directory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.GroupExpansion;
import org.postseal.certstore.remote.ldap.LdapFailure;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapGroups;
import org.postseal.gateway.road.pipeline.GroupLookup;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.people.DirectoryGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the members of groups of directory servers, including those of nested groups. All members of a group are asked
 * for at once and kept for a while. A group that does not exist, or cannot be read whole, counts as a failed look-up:
 * nobody must slip past a rule because a group was renamed. Thread-safe.
 */
final class ServerGroups implements GroupLookup {
    private static final CacheCount COUNT = CacheCount.of("groups");

    private final Map<String, LdapGroups> servers;
    private final Duration limit;
    private final InstantSource clock;
    private final Map<DirectoryGroup, Known> known = new ConcurrentHashMap<>();
    // Lists are kept apart and cleared when there are too many, since anybody who writes mail can name any address as a
    // list.
    private final Map<DirectoryGroup, Known> lists = new ConcurrentHashMap<>();

    /**
     * @param servers the servers by name
     * @param limit the longest that finding the members of one group may take
     */
    ServerGroups(Map<String, LdapGroups> servers, Duration limit, InstantSource clock) {
        this.servers = Map.copyOf(servers);
        this.limit = limit;
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
                    known.computeIfAbsent(group, _ -> new Known(this::ask)).members(server, group);
            return members.contains(who) ? new Membership.Member() : new Membership.NotMember();
        } catch (LdapFailureException e) {
            return new Membership.LookupFailed(group.entry() + " of " + group.server() + ": " + e.getMessage());
        }
    }

    @Override
    public boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
        if (lists.size() > MOST_LISTS) {
            lists.clear();
        }
        List<MailAddress> asked = addresses.stream()
                .filter(address -> !address.equals(who))
                .limit(MOST_ASKED)
                .toList();
        return servers.entrySet().stream().anyMatch(server -> isListed(who, server.getKey(), server.getValue(), asked));
    }

    /**
     * Asks one server about each address. It gives up at the first failure; otherwise, mail would wait for a server
     * that is down once for each address.
     */
    private boolean isListed(MailAddress who, String name, LdapGroups server, List<MailAddress> addresses) {
        for (MailAddress address : addresses) {
            if (server.covers(address)) {
                DirectoryGroup list = new DirectoryGroup(address.toString(), name);
                try {
                    if (lists.computeIfAbsent(list, _ -> new Known(this::askWhatMayBeNone))
                            .members(server, list)
                            .contains(who)) {
                        return true;
                    }
                } catch (LdapFailureException unknown) {
                    LOG.warn("the members of {} cannot be read from {}: {}", address, name, unknown.getMessage());
                    return false;
                }
            }
        }
        return false;
    }

    private Set<MailAddress> askWhatMayBeNone(LdapGroups server, DirectoryGroup group) throws LdapFailureException {
        return switch (server.behind(MailAddress.of(group.entry()), limit)) {
            case GroupExpansion.NoGroup _ -> Set.of();
            case GroupExpansion.Members(var found, var _) -> addresses(found);
        };
    }

    private Set<MailAddress> ask(LdapGroups server, DirectoryGroup group) throws LdapFailureException {
        Optional<MailAddress> address = MailAddress.parse(group.entry());
        GroupExpansion expansion =
                address.isPresent() ? server.members(address.get(), limit) : server.membersOf(group.entry(), limit);
        return switch (expansion) {
            case GroupExpansion.NoGroup _ ->
                throw new LdapFailureException(LdapFailure.NOT_EXPANDABLE, "there is no such group");
            case GroupExpansion.Members(var found, var _) -> addresses(found);
        };
    }

    private static Set<MailAddress> addresses(List<GroupExpansion.Member> members) {
        Set<MailAddress> addresses = new HashSet<>();
        members.forEach(member -> addresses.addAll(member.owner()));
        return addresses;
    }

    private interface Question {
        Set<MailAddress> of(LdapGroups server, DirectoryGroup group) throws LdapFailureException;
    }

    /** Holds what is known of one group. Callers who come while the server is asked wait for the same answer. */
    private final class Known {
        private final Question question;
        private final ReentrantLock lock = new ReentrantLock();
        private Set<MailAddress> members = Set.of();
        private Optional<LdapFailureException> failure = Optional.empty();
        private Instant until = Instant.MIN;

        Known(Question question) {
            this.question = question;
        }

        Set<MailAddress> members(LdapGroups server, DirectoryGroup group) throws LdapFailureException {
            lock.lock();
            try {
                if (clock.instant().isBefore(until)) {
                    COUNT.hit();
                } else {
                    if (until.equals(Instant.MIN)) {
                        COUNT.miss();
                    } else {
                        COUNT.expire();
                    }
                    askAnew(server, group);
                }
                if (failure.isPresent()) {
                    throw failure.get();
                }
                return members;
            } finally {
                lock.unlock();
            }
        }

        private void askAnew(LdapGroups server, DirectoryGroup group) {
            try {
                members = question.of(server, group);
                failure = Optional.empty();
                until = clock.instant().plus(KEPT);
            } catch (LdapFailureException e) {
                failure = Optional.of(e);
                until = clock.instant().plus(FAILURE_KEPT);
            }
        }
    }

    private static final Duration KEPT = Duration.ofMinutes(5);
    // A failure is kept this long. Otherwise, each of many messages would wait in turn for a server that hangs.
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(10);
    private static final int MOST_LISTS = 10_000;
    // This limits how many addresses of To and Cc are asked for one message.
    private static final int MOST_ASKED = 50;
    private static final Logger LOG = LoggerFactory.getLogger(ServerGroups.class);
}
