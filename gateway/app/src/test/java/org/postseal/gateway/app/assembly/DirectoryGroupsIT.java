package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.remote.ldap.Slapd;
import org.postseal.gateway.testkit.Await;

/**
 * Runs a gateway whose rules and mailbox policies name groups that only a real slapd knows. Tests who is a member,
 * through nested groups too, and what happens while slapd is away.
 */
class DirectoryGroupsIT {
    private static final String WAITS = "451 4.4.3 ";
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            groups:
              team: { ldap: "cn=team,dc=example,dc=com", server: corp }
              staff: { ldap: "staff@example.com", server: corp }
              board: { ldap: "cn=board,dc=example,dc=com", server: corp }
              late: { ldap: "cn=late,dc=example,dc=com", server: corp }
              gone: { ldap: "cn=gone,dc=example,dc=com", server: corp }
              sealed: { ldap: "cn=sealed,dc=example,dc=com", server: corp }
            MAILBOX_POLICIES
            rules:
              - { id: team, when: { sender: "group:team", recipientDomain: team.example },
                  then: { reject: { text: of the team } } }
              - { id: staff, when: { sender: "group:staff", recipientDomain: staff.example },
                  then: { reject: { text: of the staff } } }
              - { id: board, when: { sender: "group:board", recipientDomain: board.example },
                  then: { reject: { text: of the board } } }
              - { id: late, when: { sender: "group:late", recipientDomain: late.example },
                  then: { reject: { text: too late } } }
              - { id: gone, when: { sender: "group:gone", recipientDomain: gone.example }, then: reject }
              - { id: rest, when: always, then: mailboxPolicy }
            """;
    private static final String LDIF = """
            dn: dc=example,dc=com
            objectClass: domain
            dc: example

            dn: uid=alice,dc=example,dc=com
            objectClass: inetOrgPerson
            uid: alice
            cn: Alice
            sn: Alice
            mail: alice@example.com

            dn: uid=eve,dc=example,dc=com
            objectClass: inetOrgPerson
            uid: eve
            cn: Eve
            sn: Eve
            mail: eve@example.com

            dn: cn=team,dc=example,dc=com
            objectClass: groupOfNames
            cn: team
            member: uid=alice,dc=example,dc=com

            dn: cn=staff,dc=example,dc=com
            objectClass: groupOfNames
            objectClass: extensibleObject
            cn: staff
            mail: staff@example.com
            member: uid=eve,dc=example,dc=com
            member: cn=team,dc=example,dc=com

            dn: cn=board,dc=example,dc=com
            objectClass: groupOfNames
            cn: board
            member: uid=eve,dc=example,dc=com

            dn: cn=late,dc=example,dc=com
            objectClass: groupOfNames
            cn: late
            member: cn=staff,dc=example,dc=com

            dn: cn=sealed,dc=example,dc=com
            objectClass: groupOfNames
            cn: sealed
            member: cn=staff,dc=example,dc=com
            """;

    @TempDir
    private Path home;

    @Test
    void membersMatchThroughNestedGroupsTooAndAServerThatIsAwayDefers() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            assertThat(road.to("x@team.example")).isEqualTo("550 5.7.1 of the team");
            assertThat(road.to("x@staff.example")).isEqualTo("550 5.7.1 of the staff");
            assertThat(road.to("x@board.example")).startsWith("250");
            assertThat(road.sent()).hasSize(1);
            // The group was renamed or removed. A member of it must not slip past the rule
            assertThat(road.to("x@gone.example")).startsWith(WAITS);

            slapd.stop();
            // The members of this group are not known yet, and those of the others are. Where no group matters, the
            // server is not asked
            assertThat(road.to("x@late.example")).startsWith(WAITS);
            assertThat(road.to("x@team.example")).isEqualTo("550 5.7.1 of the team");
            assertThat(road.to("x@other.example")).startsWith("250");
            assertThat(road.sent()).hasSize(2);

            slapd.start();
            Await.until(
                    () -> road.to("x@late.example").equals("550 5.7.1 too late"),
                    () -> "the server is back, and the group not asked for");
            assertThat(road.sent()).hasSize(2);
        }
    }

    @Test
    void aGroupThatIsMadeLaterIsFound() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            assertThat(road.to("x@gone.example")).startsWith(WAITS);
            try (LDAPConnection admin = slapd.admin()) {
                admin.add(List.of(
                                "dn: cn=gone,dc=example,dc=com",
                                "objectClass: groupOfNames",
                                "cn: gone",
                                "member: cn=late,dc=example,dc=com")
                        .toArray(String[]::new));
            }
            Await.until(() -> road.to("x@gone.example").startsWith("550"), () -> "the new group is not asked for");
            assertThat(road.sent()).isEmpty();
        }
    }

    @Test
    void theLevelOfAGroupHolds() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, """
                        mailboxPolicies:
                          sealed: { appliesTo: "group:sealed", RequireEncryptedSMIMEMessages: true }
                        """)) {
            assertThat(road.to("nobody@other.example")).startsWith("550 5.7.1");
            assertThat(road.to("bob@partner.example")).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(DirectoryRoad.Form.ENCRYPTED);
        }
        try (Slapd away = Slapd.in(home.resolve("away")).build();
                DirectoryRoad road = start(away, """
                        mailboxPolicies:
                          sealed: { appliesTo: "group:sealed", RequireEncryptedSMIMEMessages: true }
                        """)) {
            assertThat(road.to("bob@partner.example")).startsWith(WAITS);
            assertThat(road.sent()).isEmpty();
        }
    }

    private Slapd slapd() throws IOException {
        return Slapd.in(home.resolve("slapd")).build().load(LDIF).start();
    }

    private DirectoryRoad start(Slapd slapd, String mailboxPolicies) throws IOException {
        // Each gateway has a journal of its own. Otherwise, mail of one would count as a retry at the next
        Path gateway = Files.createTempDirectory(home, "gateway");
        return DirectoryRoad.start(
                gateway, """
                directory:
                  sources: [files]
                  ldap:
                    corp: { urls: "%s", base: "dc=example,dc=com", limits: { connect: 1s, response: 1s, total: 2s } }
                """.formatted(slapd.url()), POLICY.replace("MAILBOX_POLICIES", mailboxPolicies));
    }
}
