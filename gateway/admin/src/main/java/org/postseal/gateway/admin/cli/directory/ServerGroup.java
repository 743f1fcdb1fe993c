package org.postseal.gateway.admin.cli.directory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.GroupExpansion;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapFailure;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapGroups;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** Reads the members of a group of a configured directory server. */
public final class ServerGroup {
    private ServerGroup() {}

    /**
     * Returns the addresses of each member, the primary one first. Members of nested groups are included. A member
     * whose account is disabled counts as one who has left. Such a member, and a member without a mail address, is
     * passed over with a warning.
     *
     * @param server the name of the server below directory.ldap; empty for the only one
     * @param dn the group's distinguished name
     * @throws CommandFailure when not all members can be read
     */
    public static List<List<MailAddress>> members(StoreAccess store, Optional<String> server, String dn) {
        LdapSettings settings = ServerChoice.one(store, server);
        try (LdapConnections connections = ServerChoice.connections(settings)) {
            return switch (new LdapGroups(connections).membersOf(dn, LIMIT)) {
                case GroupExpansion.NoGroup _ ->
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            settings.name() + " has no group " + Printable.line(dn),
                            "the distinguished name of the group: cn=smime,ou=groups,dc=example,dc=com");
                case GroupExpansion.Members(List<GroupExpansion.Member> members, int withoutAddress) -> {
                    if (withoutAddress > 0) {
                        store.warn("skipped " + Options.count(withoutAddress, "member")
                                + " of the group without a mail address");
                    }
                    long disabled = members.stream()
                            .filter(GroupExpansion.Member::isDisabled)
                            .count();
                    if (disabled > 0) {
                        store.warn("skipped " + Options.count(disabled, "member")
                                + " of the group whose account is disabled");
                    }
                    yield members.stream()
                            .filter(each -> !each.isDisabled())
                            .map(GroupExpansion.Member::owner)
                            .toList();
                }
            };
        } catch (LdapFailureException e) {
            throw new CommandFailure(
                    REFUSED.contains(e.failure()) ? ExitCode.REFUSED : ExitCode.UNAVAILABLE,
                    settings.name() + " " + Printable.line(e.getMessage()),
                    ServerHints.of(e.failure(), settings.name()));
        }
    }

    private static final List<LdapFailure> REFUSED =
            List.of(LdapFailure.OVER_LIMIT, LdapFailure.AMBIGUOUS, LdapFailure.NOT_EXPANDABLE);
    private static final Duration LIMIT = Duration.ofMinutes(1);
}
