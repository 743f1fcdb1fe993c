package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.LDAPException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;

@Tag("thorough")
class LdapGroupsTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);

    @AutoClose
    private FakeDirectory directory;

    @BeforeEach
    void start() throws LDAPException {
        directory = new FakeDirectory();
    }

    @Test
    void opensNestedGroupsOnceThoughTheyHoldEachOther() throws Exception {
        user("alice", "SMTP:alice@example.com", "smtp:al@example.com");
        user("bob", "SMTP:bob@example.com");
        directory.add("cn=printer", new Attribute("objectClass", "computer"));
        group("outer", "alice", "inner", "printer");
        group("inner", "bob", "outer", "inner", "alice");

        assertThat(members("outer@example.com"))
                .isEqualTo(new GroupExpansion.Members(
                        List.of(
                                member("alice@example.com", "alice@example.com", "al@example.com"),
                                member("bob@example.com", "bob@example.com")),
                        1));
    }

    @Test
    void resolvesMembersNamedByAddress() throws Exception {
        user("alice", "SMTP:alice@example.com", "smtp:al@example.com");
        group("inner", "alice");
        user("bob", "SMTP:bob@example.com", "smtp:robert@example.com");
        directory.add(
                "cn=list",
                new Attribute("objectClass", "mailGroup"),
                new Attribute("mail", "list@example.com"),
                new Attribute("mgrpRFC822MailMember", "robert@example.com", "inner@example.com"),
                new Attribute("rfc822MailMember", "guest@partner.example"));

        assertThat(members("list@example.com"))
                .isEqualTo(new GroupExpansion.Members(
                        List.of(
                                member("bob@example.com", "bob@example.com", "robert@example.com"),
                                member("guest@partner.example", "guest@partner.example"),
                                member("alice@example.com", "alice@example.com", "al@example.com")),
                        0));
    }

    @Test
    void fetchesMembersThatComeInRanges() throws Exception {
        String[] names = new String[25];
        for (int i = 0; i < names.length; i++) {
            names[i] = "user" + i;
            user(names[i], "SMTP:" + names[i] + "@example.com");
        }
        group("all", names);
        directory.range = 10;

        GroupExpansion.Members members = (GroupExpansion.Members) members("all@example.com");

        assertThat(members.members())
                .extracting(each -> each.address().localPart())
                .containsExactly(names);
    }

    @Test
    void saysWhatIsNoGroup() throws Exception {
        user("alice", "SMTP:alice@example.com");

        assertThat(members("alice@example.com")).isEqualTo(new GroupExpansion.NoGroup());
        assertThat(members("nobody@example.com")).isEqualTo(new GroupExpansion.NoGroup());
    }

    @Test
    void saysWhoIsBehindAnAddress() throws Exception {
        user("alice", "SMTP:alice@example.com", "smtp:al@example.com");
        group("team", "alice");
        GroupExpansion alice = new GroupExpansion.Members(
                List.of(member("alice@example.com", "alice@example.com", "al@example.com")), 0);

        assertThat(behind("al@example.com")).isEqualTo(alice);
        assertThat(behind("team@example.com")).isEqualTo(alice);
        assertThat(behind("nobody@example.com")).isEqualTo(new GroupExpansion.NoGroup());
    }

    @ParameterizedTest
    @CsvSource({
        "groupOfURLs,                   description,   x,                              NOT_EXPANDABLE",
        "msExchDynamicDistributionList, description,   x,                              NOT_EXPANDABLE",
        "group,                         memberURL,     ldap:///dc=example??sub,        NOT_EXPANDABLE",
        "group,                         member,        cn=gone;dc=example;dc=com,      NOT_EXPANDABLE",
        "group,                         member,        no dn,                          NOT_EXPANDABLE",
        "group,                         rfc822MailMember, no address,                  NOT_EXPANDABLE",
        "group,                         rfc822MailMember, twins@example.com,           AMBIGUOUS",
    })
    void givesNoPartOfAGroup(String objectClass, String attribute, String value, LdapFailure expected)
            throws Exception {
        user("alice", "SMTP:alice@example.com");
        user("twin1", "SMTP:twins@example.com");
        user("twin2", "SMTP:twins@example.com");
        group("inner", "alice");
        directory.add(
                "cn=bad",
                new Attribute("objectClass", objectClass),
                new Attribute("mail", "bad@example.com"),
                new Attribute("uniqueMember", "cn=alice," + FakeDirectory.BASE),
                new Attribute(attribute, value.replace(';', ',')));
        group("outer", "inner", "bad");

        LdapFailureException thrown =
                catchThrowableOfType(LdapFailureException.class, () -> members("outer@example.com"));

        assertThat(thrown).isNotNull();
        assertThat(thrown.failure()).isEqualTo(expected);
    }

    @Test
    void endsWithItsDeadline() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            names.add("user" + i);
            user("user" + i, "SMTP:user" + i + "@example.com");
        }
        group("all", names.toArray(String[]::new));

        try (LdapConnections connections = new LdapConnections(directory.settings())) {
            LdapGroups groups = new LdapGroups(connections);
            long start = System.nanoTime();
            LdapFailureException thrown = catchThrowableOfType(
                    LdapFailureException.class,
                    () -> groups.members(MailAddress.of("all@example.com"), Duration.ofMillis(20)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(thrown).isNotNull();
            assertThat(thrown.failure()).isEqualTo(LdapFailure.TIMED_OUT);
            // The connections still work.
            assertThat(groups.members(MailAddress.of("all@example.com"), AMPLE))
                    .isInstanceOfSatisfying(
                            GroupExpansion.Members.class,
                            members -> assertThat(members.members()).hasSize(2_000));
        }
    }

    @Test
    void refusesGroupsBeyondItsLimit() throws Exception {
        String[] values = new String[LdapGroups.MAX_MEMBERS + 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = "u" + i + "@partner.example";
        }
        directory.add(
                "cn=huge",
                new Attribute("objectClass", "mailGroup"),
                new Attribute("mail", "huge@example.com"),
                new Attribute("mgrpRFC822MailMember", values));

        LdapFailureException thrown =
                catchThrowableOfType(LdapFailureException.class, () -> members("huge@example.com"));

        assertThat(thrown).isNotNull();
        assertThat(thrown.failure()).isEqualTo(LdapFailure.OVER_LIMIT);
    }

    private GroupExpansion behind(String address) throws LdapFailureException {
        try (LdapConnections connections = new LdapConnections(directory.settings())) {
            return new LdapGroups(connections).behind(MailAddress.of(address), AMPLE);
        }
    }

    private GroupExpansion members(String address) throws LdapFailureException {
        try (LdapConnections connections = new LdapConnections(directory.settings())) {
            return new LdapGroups(connections).members(MailAddress.of(address), AMPLE);
        }
    }

    private void user(String name, String... proxyAddresses) throws LDAPException {
        directory.add(
                "cn=" + name, new Attribute("objectClass", "user"), new Attribute("proxyAddresses", proxyAddresses));
    }

    private void group(String name, String... members) throws LDAPException {
        List<String> dns = new ArrayList<>();
        for (String each : members) {
            dns.add("cn=" + each + "," + FakeDirectory.BASE);
        }
        directory.add(
                "cn=" + name,
                new Attribute("objectClass", "group"),
                new Attribute("mail", name + "@example.com"),
                new Attribute("member", dns));
    }

    private static GroupExpansion.Member member(String address, String... owner) {
        List<MailAddress> all = new ArrayList<>();
        for (String each : owner) {
            all.add(MailAddress.of(each));
        }
        return new GroupExpansion.Member(MailAddress.of(address), all, false);
    }
}
