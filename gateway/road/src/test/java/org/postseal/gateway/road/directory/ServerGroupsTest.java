package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapGroups;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.ldap.LdapUrl;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.people.DirectoryGroup;

/** Asks a directory server who is in a group. */
class ServerGroupsTest {
    private static final String BASE = "dc=example,dc=com";
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final MailAddress AL = MailAddress.of("al@example.com");
    private static final MailAddress BOB = MailAddress.of("bob@example.com");
    private static final DirectoryGroup BY_NAME = new DirectoryGroup("cn=all," + BASE, "corp");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T12:00:00Z"));
    private InMemoryDirectoryServer server;
    private LdapConnections connections;
    private ServerGroups groups;

    @BeforeEach
    void open() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
        server = new InMemoryDirectoryServer(config);
        server.add("dn: " + BASE, "objectClass: domain", "dc: example");
        server.add(
                "dn: cn=alice," + BASE,
                "objectClass: user",
                "proxyAddresses: SMTP:alice@example.com",
                "proxyAddresses: smtp:al@example.com");
        server.add(
                "dn: cn=inner," + BASE,
                "objectClass: group",
                "proxyAddresses: SMTP:inner@example.com",
                "member: cn=alice," + BASE);
        server.add(
                "dn: cn=all," + BASE,
                "objectClass: group",
                "proxyAddresses: SMTP:all@example.com",
                "member: cn=inner," + BASE);
        server.startListening();
        connections = new LdapConnections(LdapSettings.of(
                "corp",
                LdapSettings.Servers.of(new LdapUrl(false, "127.0.0.1", server.getListenPort())),
                LdapSettings.Query.of(BASE, new LdapShape.ActiveDirectory())));
        groups = new ServerGroups(
                Map.of("corp", new LdapGroups(connections)), DirectoryConfig.FILES_ONLY.groupLimit(), now::get);
    }

    @AfterEach
    void close() {
        connections.close();
        server.shutDown(true);
    }

    @Test
    void membersOfNestedGroupsAreMembersByEachOfTheirAddresses() {
        DirectoryGroup byAddress = new DirectoryGroup("all@example.com", "corp");

        assertThat(groups.member(ALICE, BY_NAME)).isEqualTo(new Membership.Member());
        assertThat(groups.member(AL, byAddress)).isEqualTo(new Membership.Member());
        assertThat(groups.member(BOB, BY_NAME)).isEqualTo(new Membership.NotMember());
    }

    @Test
    void whatWasAnsweredIsKeptAWhile() throws Exception {
        CacheCount count = CacheCount.of("groups");
        long hits = count.hits();
        long misses = count.misses();
        long expired = count.expired();
        assertThat(groups.member(ALICE, BY_NAME)).isEqualTo(new Membership.Member());
        server.modify("cn=inner," + BASE, new Modification(ModificationType.DELETE, "member"));

        now.updateAndGet(time -> time.plusSeconds(299));
        assertThat(groups.member(ALICE, BY_NAME)).isEqualTo(new Membership.Member());
        now.updateAndGet(time -> time.plusSeconds(1));
        assertThat(groups.member(ALICE, BY_NAME)).isEqualTo(new Membership.NotMember());
        assertThat(List.of(count.misses() - misses, count.hits() - hits, count.expired() - expired))
                .containsExactly(1L, 1L, 1L);
    }

    @Test
    void aFailureIsRememberedForSecondsOnly() throws Exception {
        DirectoryGroup later = new DirectoryGroup("cn=later," + BASE, "corp");
        assertThat(groups.member(ALICE, later)).isInstanceOf(Membership.LookupFailed.class);
        server.add("dn: cn=later," + BASE, "objectClass: group", "member: cn=alice," + BASE);

        now.updateAndGet(time -> time.plusSeconds(9));
        assertThat(groups.member(ALICE, later)).isInstanceOf(Membership.LookupFailed.class);
        now.updateAndGet(time -> time.plusSeconds(1));
        assertThat(groups.member(ALICE, later)).isEqualTo(new Membership.Member());
    }

    @Test
    void anAddressOfAGroupIsAListOfItsMembers() {
        MailAddress all = MailAddress.of("all@example.com");
        assertThat(groups.isListed(ALICE, List.of(BOB, all))).isTrue();
        assertThat(groups.isListed(AL, List.of(all))).isTrue();
        assertThat(groups.isListed(BOB, List.of(ALICE, all))).isFalse();
        assertThat(groups.isListed(all, List.of(all))).isFalse();
        server.shutDown(true);
        // Answers are remembered, including the answer that an address is no group. Everything else is not known.
        assertThat(groups.isListed(AL, List.of(BOB, ALICE, all))).isTrue();
        assertThat(groups.isListed(ALICE, List.of(MailAddress.of("inner@example.com"), all)))
                .isFalse();
    }

    /** A message may name one address of a person in To, while Exchange sends to another address of the same person. */
    @Test
    void anotherAddressOfAPersonIsHisOwn() {
        assertThat(groups.isListed(AL, List.of(ALICE))).isTrue();
        assertThat(groups.isListed(ALICE, List.of(BOB, AL))).isTrue();
        assertThat(groups.isListed(BOB, List.of(AL, ALICE))).isFalse();
    }

    @Test
    void whatCannotBeAskedIsNotAnswered() {
        assertThat(groups.member(ALICE, new DirectoryGroup("cn=gone," + BASE, "corp")))
                .isEqualTo(new Membership.LookupFailed(
                        "cn=gone,dc=example,dc=com of corp: group cannot be expanded: there is no such group"));
        assertThat(groups.member(ALICE, new DirectoryGroup("all@example.com", "other")))
                .isEqualTo(new Membership.LookupFailed("directory server other is not configured"));
        assertThat(groups.member(ALICE, new DirectoryGroup("nonsense=", "corp")))
                .isInstanceOf(Membership.LookupFailed.class);
        server.shutDown(true);
        assertThat(groups.member(ALICE, BY_NAME)).isInstanceOf(Membership.LookupFailed.class);
    }
}
